"""Relevance without labels: a weighted sum that anyone can redo by hand (science §8.7, model A).

    relevance = Σ signal weights · signals + Σ factor weights · confidence · (factor - usual)

A factor counts by how far it is above or below what is usual, and only as far as it is known, so
what is unknown moves nobody up or down. Every term is a contribution that a reason can cite.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import FACTORS, SIGNALS

SIGNAL_WEIGHTS = {
    "shared_contacts": 2.0,
    "similar_network": 0.8,
    "shared_objects": 1.6,
    "active_in_topics": 3.5,
    "similar_interests": 0.2,
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

FACTOR_SHARE = 4.0
"""How much all factors together weigh against the signals."""


def contributions(
    signals: NDArray[np.float32],
    factors: NDArray[np.float32],
    confidence: NDArray[np.float32],
    usual: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The terms of relevance: float32 [..., 9 + signals], factors first; their sum is relevance.

    signals: [..., signals]; factors, confidence: [..., 9]; usual: [9], mean of known values.
    """
    return np.concatenate(
        [_FACTORS * confidence * (factors - usual), SIGNALS_ALONE * signals], axis=-1
    ).astype(np.float32)


def relevance(
    signals: NDArray[np.float32],
    factors: NDArray[np.float32],
    confidence: NDArray[np.float32],
    usual: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Float32 [...]; higher is better; comparable for one asker only. See `contributions`."""
    terms = contributions(signals, factors, confidence, usual)
    return np.asarray(terms.sum(axis=-1, dtype=np.float32))


SIGNALS_ALONE = np.array([SIGNAL_WEIGHTS[name] for name in SIGNALS], np.float32)
"""The weights of the signals as an array, float32 [signals]."""
_FACTORS = np.array([FACTOR_SHARE * FACTOR_WEIGHTS[name] for name in FACTORS], np.float32)
