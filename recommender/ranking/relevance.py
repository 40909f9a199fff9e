"""Relevance: what every signal and every factor of a pair adds, looked up and summed.

    relevance = Σ_t table[segment of the asker, t, code of term t]

Each term of a pair is a number in 0 to 255: a signal as it is stored, a factor by how far it is
above or below what is usual, as far as it is known, so that what is unknown moves nobody. Whatever
ranker training chose, its answer is such tables: without labels a straight line per term
(science §8.7, model A), from labels a line or a monotone curve (`learning`). So every term is a
contribution that a reason can cite, exactly, and that anyone can redo by hand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import FACTORS, SIGNALS

TERMS = (*FACTORS, *SIGNALS)
"""What relevance sums up, in the order of every array of terms."""

LEVELS = 256
"""Values that a term can have."""

USUAL = 127
"""The code of a factor that is as usual, or unknown."""

SEGMENT_STARTS = (0, 3, 10)
"""Contacts from which an asker is in each segment: newcomers to the network are served apart."""

SEGMENTS = len(SEGMENT_STARTS)

SIGNAL_WEIGHTS = {
    "shared_contacts": 0.5,
    "similar_network": 0.7,
    "shared_objects": 2.0,
    "active_in_topics": 7.0,
    "similar_interests": 0.2,
    "network_walk": 0.7,
    "turned_to_by_contacts": 0.7,
    "addressed_in_topics": 1.5,
    "active_lately": 3.0,
    "near_topics": 0.5,
    "goal_matches": 3.0,
    "similar_titles": 0.3,
    "newcomers": 0.1,
    "bridges": 0.1,
}
"""Chosen on earlier cutoffs of three networks than those reported."""

FACTOR_WEIGHTS = {
    "communality": 0.15,
    "organisation": 0.05,
    "network": 0.05,
    "reputation": 0.05,
    "benevolence": 0.15,
    "like_mindedness": 0.15,
    "collaboration": 0.20,
    "learning": 0.15,
    "trends": 0.05,
}
"""Priors, not findings: no evidence fixes any of them (science §8.7, §8.13)."""

FACTOR_SHARE = 8.0
"""How much all factors together weigh against the signals."""


Tables = NDArray[np.float32]
"""Float32 [SEGMENTS, terms, LEVELS]: what a term adds to relevance; 0 where it says nothing."""


def segments(contacts: NDArray[np.integer]) -> NDArray[np.uint8]:
    """The segment of askers with so many contacts: uint8 [n].

    >>> segments(np.array([0, 2, 3, 40]))
    array([0, 0, 1, 2], dtype=uint8)
    """
    return (np.searchsorted(SEGMENT_STARTS, contacts, "right") - 1).astype(np.uint8)


def plain_tables() -> Tables:
    """The label-free ranker: every term in proportion to its prior weight, for every asker."""
    codes = np.arange(LEVELS, dtype=np.float32)
    factors = np.outer(_FACTORS, (codes - USUAL) / USUAL)
    signals = np.outer(SIGNALS_ALONE, codes / (LEVELS - 1))
    table = np.concatenate([factors, signals]).astype(np.float32)
    return np.repeat(table[None], SEGMENTS, axis=0)


def codes(
    signals: NDArray[np.float32],
    factors: NDArray[np.float32],
    confidence: NDArray[np.float32],
    usual: NDArray[np.float32],
) -> NDArray[np.uint8]:
    """The terms of pairs as codes: uint8 [..., terms], factors first.

    signals: [..., signals]; factors, confidence: [..., 9]; usual: [9], mean of known values; all
    in [0, 1].
    """
    apart = np.rint(confidence * (factors - usual) * USUAL) + USUAL
    strong = np.rint(signals * (LEVELS - 1))
    return np.concatenate([apart, strong], axis=-1).astype(np.uint8)


def contributions(
    tables: Tables, segment: NDArray[np.integer], coded: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """What each term adds: float32 [..., terms]; their sum is relevance.

    segment: [...], or what broadcasts to it, of the asker; coded: [..., terms], see `codes`.
    """
    return np.asarray(tables[np.asarray(segment)[..., None], np.arange(len(TERMS)), coded])


def relevance(
    tables: Tables, segment: NDArray[np.integer], coded: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """Float32 [...]; higher is better; comparable for one asker only. See `contributions`."""
    terms = contributions(tables, segment, coded)
    return np.asarray(terms.sum(axis=-1, dtype=np.float32))


SIGNALS_ALONE = np.array([SIGNAL_WEIGHTS[name] for name in SIGNALS], np.float32)
"""The weights of the signals as an array, float32 [signals]."""
_FACTORS = np.array([FACTOR_SHARE * FACTOR_WEIGHTS[name] for name in FACTORS], np.float32)
