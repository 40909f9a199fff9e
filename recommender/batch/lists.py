"""The lists that are asked for, in blocks of people: the same answers as one call at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender import steering
from recommender.batch import table
from recommender.batch.asked import Asked, usual
from recommender.domain.errors import PersonNotFoundError
from recommender.domain.ids import Row
from recommender.domain.slate import Barrier, Goal, Kind, Narrowing, Query
from recommender.expressions import compile_filter
from recommender.pipeline import Pipeline
from recommender.present import Shown
from recommender.steering import Steered

BLOCK = 256
"""People answered at once."""


class Lists:
    """Makes the lists of people from one pipeline."""

    def __init__(self, pipeline: Pipeline, asked: Asked) -> None:
        self.pipeline, self.asked = pipeline, asked
        self._usual = usual(asked)
        self._query = Query(
            askers=(),
            limit=asked.top,
            excluded=_known(pipeline, asked.excluded),
            min_silence_days=asked.min_silence_days,
            minimum_score=asked.minimum_score,
            only=_only(pipeline, asked),
        )

    def tables(self, people: Sequence[Row], kind: Kind) -> Iterator[tuple[int, pa.Table]]:
        """The lists of one kind as rows of `table.SCHEMA`, in the order of people, then by rank.

        Block by block, each with how many people it is of.
        """
        for start in range(0, len(people), BLOCK):
            block = people[start : start + BLOCK]
            yield len(block), self._block(block, kind)

    def _block(self, block: Sequence[Row], kind: Kind) -> pa.Table:
        shown = [self.pipeline.columns(query) for query in self._queries(block, kind)]
        if len(shown) == 1:
            return table.table(shown[0])
        place = {row: at for at, row in enumerate(block)}
        at = np.concatenate([_NOWHERE, *(_places(each, place) for each in shown)])
        rows = pa.concat_tables([table.SCHEMA.empty_table(), *map(table.table, shown)])
        return rows.take(pa.array(np.argsort(at, kind="stable")))

    def _queries(self, block: Sequence[Row], kind: Kind) -> list[Query]:
        """A query for each way in which lists are steered; none for those who want no lists.

        What somebody took up since the model was trained is asked for her alone.
        """
        together: dict[object, tuple[Steered, list[Row]]] = {}
        for row in block:
            learner = self.pipeline.learner(row)
            if learner is not None and learner.paused:
                continue
            steered = self._usual
            if learner is not None:
                steered = steering.steered(self.asked.steering, learner)
            alone = row if self.pipeline.took_up(row) else None
            together.setdefault((steered, alone), (steered, []))[1].append(row)
        return [
            replace(
                self._query,
                askers=askers,
                kind=kind,
                dials=steered.dials,
                goals=_goals(self.pipeline, steered),
            )
            for steered, askers in together.values()
        ]


_NOWHERE = np.empty(0, np.int64)


def _places(shown: Shown, place: dict[Row, int]) -> NDArray[np.int64]:
    """Where in the block the asker of each row of its table is."""
    slate = shown.slate
    line = np.nonzero(slate.rows >= 0)[0]
    return np.array([place[Row(row)] for row in slate.askers.tolist()], np.int64)[line]


def _goals(pipeline: Pipeline, steered: Steered) -> tuple[Goal, ...]:
    found = ((pipeline.topic(topic), aim) for topic, aim in steered.goals)
    # A topic that the model does not know counts for nothing, as in the service.
    return tuple(Goal(topic, aim) for topic, aim in found if topic is not None)


def _only(pipeline: Pipeline, asked: Asked) -> tuple[tuple[Barrier, Narrowing], ...]:
    found = []
    if asked.expression:
        found.append((Barrier.FILTER, pipeline.by_filter(compile_filter(asked.expression))))
    if asked.context is not None:
        found.append((Barrier.CONTEXT, pipeline.by_context(asked.context)))
    return tuple(found)


def _known(pipeline: Pipeline, ids: Sequence[str]) -> frozenset[Row]:
    """Rows of those who are known: who is unknown cannot be on a list."""
    found = set()
    for person_id in ids:
        try:
            found.add(pipeline.row(person_id))
        except PersonNotFoundError:
            continue
    return frozenset(found)
