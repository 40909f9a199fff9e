"""Why this person: the terms of a score that carry it, as far as evidence can show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import COARSE, ReasonKind
from recommender.domain.ids import Row
from recommender.domain.slate import FACTORS, SIGNALS, Kind, Measured
from recommender.live import Live
from recommender.live.common import contacts_in_common
from recommender.model import Model, spans
from recommender.ranking.reactivation import Terms
from recommender.ranking.relevance import codes, contributions
from recommender.telling import MOST, Column, Count, Need, choose, gather, share_out

KINDS = (*(ReasonKind(name) for name in (*FACTORS, *SIGNALS)), ReasonKind.PAST_TIE)
"""What the numbers in `Reasons.kinds` stand for: factors, signals in their order, the tie."""

SAME_FOR_ALL = ReasonKind.ACTIVE_LATELY
"""Said of the same people to everyone: told only where less than `MOST` else can be."""

GOAL = ReasonKind.COMMUNALITY
"""How it is said that somebody works on a goal of the call."""

CODE = {kind: code for code, kind in enumerate(KINDS)}

NEEDS = {
    ReasonKind.COMMUNALITY: Need.SHARED,
    ReasonKind.REPUTATION: Need.SHARED,
    ReasonKind.TRENDS: Need.SHARED,
    ReasonKind.SIMILAR_INTERESTS: Need.SHARED,
    ReasonKind.ACTIVE_IN_TOPICS: Need.ACTIVE,
    ReasonKind.ACTIVE_LATELY: Need.ACTIVE,
    ReasonKind.LEARNING: Need.TAUGHT,
    ReasonKind.NEAR_TOPICS: Need.NEAR,
    ReasonKind.GOAL_MATCHES: Need.KNOWN,
    # Her contacts and the other's do not meet, as far as she can see.
    ReasonKind.BRIDGES: Need.SHARED_AND_NO_CONTACTS,
    ReasonKind.SHARED_OBJECTS: Need.OBJECT,
    ReasonKind.SHARED_CONTACTS: Need.CONTACTS,
    ReasonKind.ORGANISATION: Need.ORGANISATION,
    # Somebody of whom nothing is known is found people by everybody's topics, not her own.
    ReasonKind.ADDRESSED_IN_TOPICS: Need.GOALS,
}
"""What there must be to point at for a reason to be told; nothing for those not named."""

ABOUT = {
    GOAL: Column.GOAL_OR_SHARED,
    ReasonKind.ACTIVE_IN_TOPICS: Column.ACTIVE,
    ReasonKind.SIMILAR_INTERESTS: Column.SHARED,
    ReasonKind.LEARNING: Column.TAUGHT,
    ReasonKind.NEAR_TOPICS: Column.NEAR,
    ReasonKind.GOAL_MATCHES: Column.KNOWN,
    ReasonKind.BRIDGES: Column.SHARED,
    ReasonKind.SHARED_OBJECTS: Column.OF_OBJECT,
    ReasonKind.PAST_TIE: Column.OF_TIE,
}
"""The topic that each reason points at."""

COUNTED = {
    ReasonKind.SHARED_CONTACTS: Count.CONTACTS,
    ReasonKind.SHARED_OBJECTS: Count.OBJECTS,
    ReasonKind.ACTIVE_IN_TOPICS: Count.TOPICS,
    ReasonKind.PAST_TIE: Count.OF_TIE,
}
"""What each reason counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Reasons of a slate, most important first.

    kinds: int8 [b, k, 3], into `KINDS`, -1 for none; shares: float32 [b, k, 3] in [0, 1], of the
    positive terms, or how well a goal of the call is matched; confidence: float32 [b, k, 3] in
    [0, 1].
    topics, objects: int32 [b, k, 3], what the reason points at, -1 for nothing.
    counts: int32 [b, k, 3], how many: objects, contacts (at most `answer.COARSE`), past contacts,
    topics of the asker. within: int32 [b, k, 3], how many of the objects are about the topic.
    """

    kinds: NDArray[np.int8]
    shares: NDArray[np.float32]
    confidence: NDArray[np.float32]
    topics: NDArray[np.int32]
    objects: NDArray[np.int32]
    counts: NDArray[np.int32]
    within: NDArray[np.int32]


def find_reasons(live: Live, slate: Measured, kind: Kind) -> Reasons:
    """The up to three weightiest terms of each score that may be said.

    A term may be said when it raises the score by MIN_SHARE of all that does, is known well enough
    (MIN_CONFIDENCE), and the model holds evidence for it that the asker may see; where no term
    weighs so much, the weightiest with evidence is said. What moved dials add is not told. A quiet
    tie is always said first: it is why the person is on that list at all. Next comes that she works
    on a goal of the call, which is what was asked for. The weightiest factor
    takes the third place where it has none: signals say how the two are linked, a factor says what
    the contact is worth, and three links in a row tell less. That somebody is among the most active
    of all comes last, since it says nothing of the two.
    """
    model, shape = live.model, (*slate.rows.shape, MOST)
    topics, objects, counts, within = _proof(live, slate, kind)
    kinds, shares = np.empty(shape, np.int8), np.empty(shape, np.float32)
    confidence, chosen = np.empty(shape, np.float32), np.empty((4, *shape), np.int32)
    start, end = spans(model.goals.indptr, slate.askers)
    choose(
        *(slate.rows, _shares(model, slate, kind), slate.factors, slate.confidence, model.usual),
        *(slate.goal_topics, slate.goal_match, topics, objects, counts, within),
        *(model.organisation, end > start, _CHOICES, kind is not Kind.PEOPLE),
        *(kinds, shares, confidence, *chosen),
    )
    return Reasons(
        kinds=kinds,
        shares=shares,
        confidence=confidence,
        topics=chosen[0],
        objects=chosen[1],
        counts=chosen[2],
        within=chosen[3],
    )


def terms_of(model: Model, slate: Measured) -> NDArray[np.float32]:
    """What each term adds to the relevance of each slot: float32 [b, k, terms]; see `relevance`."""
    coded = codes(slate.signals, slate.factors, slate.confidence, model.usual)
    return contributions(model.tables, model.segment[slate.askers][:, None], coded)


def _shares(model: Model, slate: Measured, kind: Kind) -> NDArray[np.float32]:
    """Float32 [b, k, kinds] in [0, 1]: how much of what raises the score each term carries."""
    out = np.zeros((*slate.rows.shape, len(KINDS)), np.float32)
    if kind is Kind.PEOPLE:
        segment = model.segment[slate.askers]
        factors, sure = slate.factors, slate.confidence
        share_out(factors, sure, slate.signals, model.usual, model.tables, segment, out)
        return out
    place, rows = np.maximum(model.ties.places(slate.askers, slate.rows), 0), slate.rows
    returns, sessions = model.ties.returns[place], model.ties.sessions[place]
    weeks = model.weeks_away[np.maximum(rows, 0)]
    of_tie = Terms.of(returns, sessions, weeks, slate.factors, slate.signals)
    for reason, share in of_tie.shares().items():
        out[..., CODE[reason]] = share
    return out


def _proof(live: Live, slate: Measured, kind: Kind) -> tuple[NDArray[np.int32], ...]:
    """What there is to point at: topics [b, k, columns], objects, counts, and how many within."""
    model, pool, shape = live.model, slate.pool, slate.rows.shape
    topics = np.empty((*shape, len(Column)), np.int32)
    counts = np.empty((*shape, len(Count)), np.int32)
    objects, within = np.empty((2, *shape), np.int32)
    gather(
        *(slate.entries, slate.goal_topics, pool.shared_topic, pool.active_topic),
        *(pool.taught_topic, pool.near_topic, pool.known_topic, pool.shared_object),
        *(model.object_topic, pool.contact_count, pool.object_count, pool.active_count),
        *(pool.topic_object_count, topics, objects, counts, within),
    )
    for line, asker in enumerate(slate.askers.tolist()):
        if shape[1] and live.changed_for(Row(asker), slate.rows[line]):
            anew = np.minimum(contacts_in_common(live, Row(asker), slate.rows[line]), COARSE)
            counts[line, :, Count.CONTACTS] = np.where(slate.rows[line] >= 0, anew, 0)
    if kind is not Kind.PEOPLE:
        place = np.maximum(model.ties.places(slate.askers, slate.rows), 0)
        topics[..., Column.OF_TIE] = model.ties.topics[place, 0]
        counts[..., Count.OF_TIE] = model.ties.sent[place] + model.ties.received[place]
    return topics, objects, counts, within


def _by_kind(table: Mapping[ReasonKind, int]) -> list[int]:
    return [int(table.get(kind, 0)) for kind in KINDS]


_CHOICES = np.array([_by_kind(NEEDS), _by_kind(ABOUT), _by_kind(COUNTED)], np.int64)
_CHOICES.flags.writeable = False
