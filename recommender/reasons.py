"""Why this person: the terms of a score that carry it, as far as evidence can show them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import COARSE, ReasonKind
from recommender.domain.ids import Row
from recommender.domain.pool import stored
from recommender.domain.slate import FACTORS, SIGNALS, Kind, Measured
from recommender.live import Live
from recommender.live.common import contacts_in_common
from recommender.model import Model, spans
from recommender.ranking.reactivation import Terms
from recommender.ranking.relevance import codes, contributions

KINDS = (*(ReasonKind(name) for name in (*FACTORS, *SIGNALS)), ReasonKind.PAST_TIE)
"""What the numbers in `Reasons.kinds` stand for: factors, signals in their order, the tie."""

MOST = 3
"""Reasons a recommendation."""

MIN_SHARE = 0.03
"""Share of the positive terms from which a term is worth saying."""

MIN_CONFIDENCE = 0.3
"""Confidence from which a factor may be cited."""


SAME_FOR_ALL = ReasonKind.ACTIVE_LATELY
"""Said of the same people to everyone: told only where less than `MOST` else can be."""

GOAL = ReasonKind.COMMUNALITY
"""How it is said that somebody works on a goal of the call."""

CODE = {kind: code for code, kind in enumerate(KINDS)}


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
    model = live.model
    proof = _proof(live, slate, kind)
    shares = _shares(model, slate, kind)
    known = np.ones_like(shares)
    known[..., : len(FACTORS)] = slate.confidence
    aimed, goal = slate.goal_topics >= 0, CODE[GOAL]
    shares[..., goal] = np.where(aimed, slate.goal_match, shares[..., goal])
    known[..., goal] = np.where(aimed, 1, known[..., goal])
    evident = (known >= MIN_CONFIDENCE) & _evident(model, slate, proof)
    ranked = _worth_saying(np.where(evident, shares, 0))
    ranked[..., CODE[SAME_FOR_ALL]] *= 1e-3
    if kind is not Kind.PEOPLE:
        ranked[..., CODE[ReasonKind.PAST_TIE]] = 3
    ranked[..., goal] = np.where(aimed, 2, ranked[..., goal])
    best = np.argsort(-_with_a_factor(ranked), axis=-1, kind="stable")[..., :MOST]
    said = (np.take_along_axis(ranked, best, axis=-1) > 0) & (slate.rows >= 0)[..., None]
    kinds = np.where(said, best, -1)
    return Reasons(
        kinds=kinds.astype(np.int8),
        shares=np.where(said, np.take_along_axis(shares, best, axis=-1), 0),
        confidence=np.where(said, np.take_along_axis(known, best, axis=-1), 0),
        topics=_told(kinds, proof.topics, -1),
        objects=_told(kinds, proof.objects, -1),
        counts=_told(kinds, proof.counts, 0),
        within=_told(kinds, proof.within, 0),
    )


def terms_of(model: Model, slate: Measured) -> NDArray[np.float32]:
    """What each term adds to the relevance of each slot: float32 [b, k, terms]; see `relevance`."""
    coded = codes(slate.signals, slate.factors, slate.confidence, model.usual)
    return contributions(model.tables, model.segment[slate.askers][:, None], coded)


def _shares(model: Model, slate: Measured, kind: Kind) -> NDArray[np.float32]:
    """Float32 [b, k, kinds] in [0, 1]: how much of what raises the score each term carries."""
    out = np.zeros((*slate.rows.shape, len(KINDS)), np.float32)
    if kind is Kind.PEOPLE:
        terms = terms_of(model, slate)
        positive = np.maximum(terms, 0)
        total = positive.sum(axis=-1, keepdims=True)
        np.divide(positive, total, out=out[..., : terms.shape[-1]], where=total > 0)
        return out
    place, rows = np.maximum(model.ties.places(slate.askers, slate.rows), 0), slate.rows
    returns, sessions = model.ties.returns[place], model.ties.sessions[place]
    weeks = model.weeks_away[np.maximum(rows, 0)]
    of_tie = Terms.of(returns, sessions, weeks, slate.factors, slate.signals)
    for reason, share in of_tie.shares().items():
        out[..., CODE[reason]] = share
    return out


def _worth_saying(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shares from MIN_SHARE on, 0 for others; where all are below, the largest stays."""
    enough = np.minimum(shares.max(axis=-1, keepdims=True), np.float32(MIN_SHARE))
    return np.where(shares >= enough, shares, 0)


def _with_a_factor(ranked: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lift the first of the factors to the third place at least; of equals factors come first."""
    own = ranked[..., : len(FACTORS)]
    first = own.argmax(axis=-1)[..., None]
    third = np.sort(ranked, axis=-1)[..., -MOST, None]
    value = np.take_along_axis(own, first, axis=-1)
    lifted = ranked.copy()
    np.put_along_axis(lifted, first, np.where(value > 0, np.maximum(value, third), 0), axis=-1)
    return lifted


Told = dict[ReasonKind, NDArray[np.integer]]


@dataclass(frozen=True, slots=True)
class _Proof:
    """What reasons of some kinds point at, integers [b, k] by kind."""

    topics: Told
    objects: Told
    counts: Told
    within: Told


def _proof(live: Live, slate: Measured, kind: Kind) -> _Proof:
    model, pool, at = live.model, slate.pool, slate.entries
    shared, thing = stored(pool.shared_topic, at, -1), stored(pool.shared_object, at, -1)
    topics: Told = {
        GOAL: np.where(slate.goal_topics >= 0, slate.goal_topics, shared),
        ReasonKind.ACTIVE_IN_TOPICS: stored(pool.active_topic, at, -1),
        ReasonKind.SIMILAR_INTERESTS: shared,
        ReasonKind.LEARNING: stored(pool.taught_topic, at, -1),
        ReasonKind.NEAR_TOPICS: stored(pool.near_topic, at, -1),
        ReasonKind.GOAL_MATCHES: stored(pool.known_topic, at, -1),
        ReasonKind.BRIDGES: shared,
        ReasonKind.SHARED_OBJECTS: stored(model.object_topic, thing.astype(np.int64), -1),
    }
    counts: Told = {
        ReasonKind.SHARED_CONTACTS: _counted(live, slate),
        ReasonKind.SHARED_OBJECTS: stored(pool.object_count, at, 0),
        ReasonKind.ACTIVE_IN_TOPICS: stored(pool.active_count, at, 0),
    }
    within: Told = {ReasonKind.SHARED_OBJECTS: stored(pool.topic_object_count, at, 0)}
    if kind is not Kind.PEOPLE:
        place = np.maximum(model.ties.places(slate.askers, slate.rows), 0)
        topics[ReasonKind.PAST_TIE] = model.ties.topics[place, 0]
        counts[ReasonKind.PAST_TIE] = model.ties.sent[place] + model.ties.received[place]
    return _Proof(topics, {ReasonKind.SHARED_OBJECTS: thing}, counts, within)


def _counted(live: Live, slate: Measured) -> NDArray[np.integer]:
    """Contacts in common, [b, k]: as stored, or counted anew where somebody may not count now."""
    counts = stored(slate.pool.contact_count, slate.entries, 0)
    for line, asker in enumerate(slate.askers.tolist()):
        if slate.rows.shape[1] and live.changed_for(Row(asker), slate.rows[line]):
            anew = np.minimum(contacts_in_common(live, Row(asker), slate.rows[line]), COARSE)
            counts[line] = np.where(slate.rows[line] >= 0, anew, 0)
    return counts


def _evident(model: Model, slate: Measured, proof: _Proof) -> NDArray[np.bool_]:
    """Bool [b, k, kinds]: is there something to point at for each term."""
    evident = np.ones((*slate.rows.shape, len(KINDS)), bool)
    common = proof.topics[ReasonKind.SIMILAR_INTERESTS] >= 0
    there = {
        ReasonKind.COMMUNALITY: common,
        ReasonKind.REPUTATION: common,
        ReasonKind.TRENDS: common,
        ReasonKind.ACTIVE_IN_TOPICS: proof.topics[ReasonKind.ACTIVE_IN_TOPICS] >= 0,
        ReasonKind.ACTIVE_LATELY: proof.topics[ReasonKind.ACTIVE_IN_TOPICS] >= 0,
        ReasonKind.SIMILAR_INTERESTS: proof.topics[ReasonKind.SIMILAR_INTERESTS] >= 0,
        ReasonKind.LEARNING: proof.topics[ReasonKind.LEARNING] >= 0,
        ReasonKind.NEAR_TOPICS: proof.topics[ReasonKind.NEAR_TOPICS] >= 0,
        ReasonKind.GOAL_MATCHES: proof.topics[ReasonKind.GOAL_MATCHES] >= 0,
        # Her contacts and the other's do not meet, as far as she can see.
        ReasonKind.BRIDGES: common & (proof.counts[ReasonKind.SHARED_CONTACTS] == 0),
        ReasonKind.SHARED_OBJECTS: proof.objects[ReasonKind.SHARED_OBJECTS] >= 0,
        ReasonKind.SHARED_CONTACTS: proof.counts[ReasonKind.SHARED_CONTACTS] > 0,
        ReasonKind.ORGANISATION: model.organisation[np.maximum(slate.rows, 0)] >= 0,
        # Somebody of whom nothing is known is found people by everybody's topics, not her own.
        ReasonKind.ADDRESSED_IN_TOPICS: _asks(model, slate.askers),
    }
    # A factor is cited as a strength, which it is only above what is usual.
    evident[..., : len(FACTORS)] = slate.factors > model.usual
    for kind, shown in there.items():
        evident[..., CODE[kind]] &= shown
    evident[..., CODE[GOAL]] |= slate.goal_topics >= 0
    return evident


def _asks(model: Model, askers: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Bool [b, 1], who has goals."""
    start, end = spans(model.goals.indptr, askers)
    return (end > start)[:, None]


def _told(kinds: NDArray[np.intp], told: Told, nothing: int) -> NDArray[np.int32]:
    """Pick for each reason, [b, k, 3], what its kind points at."""
    out = np.full(kinds.shape, nothing, np.int32)
    for kind, values in told.items():
        out = np.where(kinds == CODE[kind], values[..., None], out)
    return out.astype(np.int32)
