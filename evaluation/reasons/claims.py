"""What reasons say, one by one, in rows of the snapshot and in the words that are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from recommender.domain.answer import ReasonKind
from recommender.domain.slate import Measured
from recommender.factors.habits import Answers, Pace
from recommender.model import Model
from recommender.reasons import KINDS, Reasons
from recommender.sparse import values_at

TOP_LEVEL = 4
"""Skills, in [0, 1], are spoken of as levels 0 to 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One reason. Rows are -1, and text empty, where it points at nothing of the kind.

    levels: skill of asker and contact in the topic, 0 to 4, as training sees it.
    organisation: the contact's, as it is named. last: time of last contact, in microseconds.
    within: how many of what is counted are about the topic. pace: how soon she is said to answer.
    """

    kind: ReasonKind
    asker: int
    contact: int
    topic: int
    thing: str
    count: int
    levels: tuple[float, float]
    organisation: str
    last: int
    within: int = 0
    pace: Pace = Pace.UNKNOWN


def claims(known: Known, slate: Measured, reasons: Reasons) -> Iterator[Claim]:
    """Every reason of `slate`, in the order of np.nonzero(reasons.kinds >= 0)."""
    model = known.pipeline.model
    line, slot, place = np.nonzero(reasons.kinds >= 0)
    at, askers, contacts = (line, slot, place), slate.askers[line], slate.rows[line, slot]
    topics, homes = reasons.topics[at], model.organisation[contacts]
    columns = (
        *(reasons.kinds[at], askers, contacts, topics, reasons.objects[at], reasons.counts[at]),
        *(_levels(known, askers, topics), _levels(known, contacts, topics)),
        *(homes, _last(model, askers, contacts), reasons.within[at]),
        np.where(model.answers[contacts] == Answers.MOSTLY, model.pace[contacts], Pace.UNKNOWN),
    )
    for kind, asker, contact, topic, thing, count, mine, hers, home, last, within, pace in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        yield Claim(
            kind=KINDS[kind],
            asker=asker,
            contact=contact,
            topic=topic,
            thing=model.object_ids[thing] if thing >= 0 else "",
            count=count,
            levels=(mine, hers),
            organisation=model.organisations[home] if home >= 0 else "",
            last=last,
            within=within,
            pace=Pace(pace) if KINDS[kind] is ReasonKind.BENEVOLENCE else Pace.UNKNOWN,
        )


def _levels(
    known: Known, people: NDArray[np.int32], topics: NDArray[np.int32]
) -> NDArray[np.float32]:
    skills = known.material.profiles.skills
    if 0 in skills.shape:
        return np.zeros(len(people), np.float32)
    found = values_at(skills, people.astype(np.int64), np.maximum(topics, 0).astype(np.int64))
    return np.asarray(np.rint(TOP_LEVEL * np.where(topics >= 0, found, 0)), np.float32)


def _last(
    model: Model, askers: NDArray[np.int32], contacts: NDArray[np.int32]
) -> NDArray[np.int64]:
    """When each pair was last in contact, as the sentence of a past tie has it; 0 for strangers."""
    place = model.ties.places(askers, contacts[:, None])[:, 0]
    last = np.zeros(len(place), np.int64)
    last[place >= 0] = model.ties.last[place[place >= 0]]
    return last
