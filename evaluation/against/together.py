"""Two models over one table of people, and the lists that each gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.shown import mean_shown
from evaluation.ours import blocks
from evaluation.systems import Lists
from recommender.domain.config import EvaluateConfig
from recommender.domain.progress import Progress
from recommender.domain.slate import Kind, Query
from recommender.model import Model
from recommender.pipeline import Pipeline

DEPTHS = {Kind.PEOPLE: 10, Kind.REACTIVATION: 5}
"""Lists that are compared, and how many of their places."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two models.

    places: int32 [n], where its people are in the common table; rows: int32 [u], the other way
    round, -1 for those it does not know.
    """

    pipeline: Pipeline
    places: NDArray[np.int32]
    rows: NDArray[np.int32]

    @property
    def model(self) -> Model:
        """The model."""
        return self.pipeline.model

    def known(self) -> NDArray[np.bool_]:
        """Whom of the u people it knows, bool [u]."""
        return self.rows >= 0

    def contacts(self) -> NDArray[np.int64]:
        """How many contacts each of the u people has, int64 [u]; 0 for those it does not know."""
        return np.where(self.known(), np.diff(self.model.ties.indptr)[self.rows], 0)


class Together:
    """Everyone whom either model knows, u people in the order of their ids."""

    def __init__(self, a: Pipeline, b: Pipeline) -> None:
        ids_a, ids_b = (one.model.person_ids.take(range(one.info.person_count)) for one in (a, b))
        self.ids = sorted({*ids_a, *ids_b})
        place = {person: at for at, person in enumerate(self.ids)}
        self.a = _side(a, [place[person] for person in ids_a], len(place))
        self.b = _side(b, [place[person] for person in ids_b], len(place))

    @cached_property
    def both(self) -> NDArray[np.bool_]:
        """Who is known to both models, bool [u]."""
        return self.a.known() & self.b.known()

    @cached_property
    def later(self) -> Side:
        """The model that looks back from the later time, or else knows more ties; B of equals."""
        a, b = ((one.model.info.as_of, one.model.info.tie_count) for one in (self.a, self.b))
        return self.a if a > b else self.b

    @property
    def earlier(self) -> Side:
        """The other one."""
        return self.a if self.later is self.b else self.b

    @cached_property
    def contacts(self) -> NDArray[np.int64]:
        """How many contacts each of u people has, int64 [u], as the later model knows, if it can.

        Of those it does not know, the earlier one says.
        """
        return np.where(self.later.known(), self.later.contacts(), self.earlier.contacts())

    def name(self, place: int) -> str:
        """The display name of one of the u people, or "" where there is none."""
        side = self.later if self.later.rows[place] >= 0 else self.earlier
        return side.model.display_names[int(side.rows[place])]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a model lists to b askers.

    lists: int32 [b, depth], places in the common table. reasoned: float64 [b], share of those
    listed for whom a reason is given, NaN for empty lists.
    """

    lists: Lists
    reasoned: NDArray[np.float64]


def answered(
    side: Side,
    askers: NDArray[np.int32],
    kind: Kind,
    config: EvaluateConfig,
    progress: Progress,
) -> Answered:
    """The lists of this kind for `askers`, int32 [b], all of them known, as they are served."""
    lists = np.full((len(askers), DEPTHS[kind]), -1, np.int32)
    told = np.zeros(lists.shape, bool)
    whole = Query(askers=(), kind=kind, limit=DEPTHS[kind], min_silence_days=config.silence_days)
    step = f"asking {side.model.info.name or 'a model'} for {kind}"
    for block, query in blocks(side.rows[askers], whole):
        progress(step, block.start / max(len(askers), 1))
        slate, reasons = side.pipeline.recommend(query)
        width = slate.rows.shape[1]
        lists[block, :width] = np.where(slate.rows >= 0, side.places[slate.rows], -1)
        told[block, :width] = reasons.kinds[:, :, 0] >= 0
    return Answered(lists, mean_shown(told, lists))


def _side(pipeline: Pipeline, places: list[int], people: int) -> Side:
    rows = np.full(people, -1, np.int32)
    rows[places] = np.arange(len(places))
    return Side(pipeline, np.array(places, np.int32), rows)
