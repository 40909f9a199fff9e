"""Why this person: the terms of a score that carry it, as far as evidence can show them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import ReasonKind
from recommender.domain.slate import FACTORS, Kind, Slate
from recommender.model import Model, from_byte
from recommender.ranking.reactivation import parts
from recommender.ranking.relevance import contributions

KINDS = (
    *(ReasonKind(name) for name in FACTORS),
    ReasonKind.SHARED_CONTACTS,
    ReasonKind.SIMILAR_NETWORK,
    ReasonKind.SHARED_OBJECTS,
    ReasonKind.ACTIVE_IN_TOPICS,
    ReasonKind.SIMILAR_INTERESTS,
    ReasonKind.PAST_TIE,
)
"""What the numbers in `Reasons.kinds` stand for: factors, signals in their order, the tie."""

MOST = 3
"""Reasons a recommendation."""

MIN_SHARE = 0.03
"""Share of the positive terms from which a term is worth saying."""

MIN_CONFIDENCE = 0.3
"""Confidence from which a factor may be cited."""


CODE = {kind: code for code, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Reasons of a slate, most important first.

    kinds: int8 [b, k, 3], into `KINDS`, -1 for none; shares: float32 [b, k, 3] in [0, 1], of the
    positive terms; confidence: float32 [b, k, 3] in [0, 1].
    topics, objects: int32 [b, k, 3], what the reason points at, -1 for nothing.
    counts: int32 [b, k, 3], how many: objects, contacts (at most `answer.COARSE`), past contacts.
    """

    kinds: NDArray[np.int8]
    shares: NDArray[np.float32]
    confidence: NDArray[np.float32]
    topics: NDArray[np.int32]
    objects: NDArray[np.int32]
    counts: NDArray[np.int32]


def find_reasons(model: Model, slate: Slate, kind: Kind) -> Reasons:
    """The up to three weightiest terms of each score that may be said.

    A term may be said when it raises the score by MIN_SHARE of all that does, is known well enough
    (MIN_CONFIDENCE), and the model holds evidence for it that the asker may see; where no term
    weighs so much, the weightiest with evidence is said. What moved dials add is not told. A quiet
    tie is always said first: it is why the person is on that list at all. The weightiest factor
    takes the third place where it has none: signals say how the two are linked, a factor says what
    the contact is worth, and three links in a row tell less.
    """
    proof = _proof(model, slate, kind)
    shares = _shares(model, slate, kind)
    known = np.ones_like(shares)
    known[..., : len(FACTORS)] = slate.confidence
    evident = (known >= MIN_CONFIDENCE) & _evident(model, slate, proof)
    ranked = _worth_saying(np.where(evident, shares, 0))
    if kind is not Kind.PEOPLE:
        ranked[..., CODE[ReasonKind.PAST_TIE]] = 2
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
    )


def _shares(model: Model, slate: Slate, kind: Kind) -> NDArray[np.float32]:
    """Float32 [b, k, kinds] in [0, 1]: how much of what raises the score each term carries."""
    out = np.zeros((*slate.rows.shape, len(KINDS)), np.float32)
    if kind is Kind.PEOPLE:
        terms = contributions(slate.signals, slate.factors, slate.confidence, model.usual)
        positive = np.maximum(terms, 0)
        total = positive.sum(axis=-1, keepdims=True)
        np.divide(positive, total, out=out[..., : terms.shape[-1]], where=total > 0)
        return out
    place = np.maximum(model.ties.places(slate.askers, slate.rows), 0)
    past = model.ties.sent[place] + model.ties.received[place]
    active = from_byte(model.active[np.maximum(slate.rows, 0)])
    for reason, share in parts(past, active, slate.factors, slate.signals).shares().items():
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


def _proof(model: Model, slate: Slate, kind: Kind) -> _Proof:
    pool = model.pools[kind]
    at = np.maximum(slate.entries, 0)
    topics: Told = {
        ReasonKind.COMMUNALITY: pool.shared_topic[at],
        ReasonKind.ACTIVE_IN_TOPICS: pool.active_topic[at],
        ReasonKind.SIMILAR_INTERESTS: pool.shared_topic[at],
        ReasonKind.LEARNING: pool.taught_topic[at],
    }
    counts: Told = {
        ReasonKind.SHARED_CONTACTS: pool.contact_count[at],
        ReasonKind.SHARED_OBJECTS: pool.object_count[at],
    }
    if kind is not Kind.PEOPLE:
        place = np.maximum(model.ties.places(slate.askers, slate.rows), 0)
        topics[ReasonKind.PAST_TIE] = model.tie_topic[place]
        counts[ReasonKind.PAST_TIE] = model.ties.sent[place] + model.ties.received[place]
    return _Proof(topics, {ReasonKind.SHARED_OBJECTS: pool.shared_object[at]}, counts)


def _evident(model: Model, slate: Slate, proof: _Proof) -> NDArray[np.bool_]:
    """Bool [b, k, kinds]: is there something to point at for each term."""
    evident = np.ones((*slate.rows.shape, len(KINDS)), bool)
    common = proof.topics[ReasonKind.COMMUNALITY] >= 0
    there = {
        ReasonKind.COMMUNALITY: common,
        ReasonKind.REPUTATION: common,
        ReasonKind.TRENDS: common,
        ReasonKind.ACTIVE_IN_TOPICS: proof.topics[ReasonKind.ACTIVE_IN_TOPICS] >= 0,
        ReasonKind.SIMILAR_INTERESTS: proof.topics[ReasonKind.SIMILAR_INTERESTS] >= 0,
        ReasonKind.LEARNING: proof.topics[ReasonKind.LEARNING] >= 0,
        ReasonKind.SHARED_OBJECTS: proof.objects[ReasonKind.SHARED_OBJECTS] >= 0,
        ReasonKind.SHARED_CONTACTS: proof.counts[ReasonKind.SHARED_CONTACTS] > 0,
        ReasonKind.ORGANISATION: model.organisation[np.maximum(slate.rows, 0)] >= 0,
    }
    # A factor is cited as a strength, which it is only above what is usual.
    evident[..., : len(FACTORS)] = slate.factors > model.usual
    for kind, shown in there.items():
        evident[..., CODE[kind]] &= shown
    return evident


def _told(kinds: NDArray[np.intp], told: Told, nothing: int) -> NDArray[np.int32]:
    """Pick for each reason, [b, k, 3], what its kind points at."""
    out = np.full(kinds.shape, nothing, np.int32)
    for kind, values in told.items():
        out = np.where(kinds == CODE[kind], values[..., None], out)
    return out.astype(np.int32)
