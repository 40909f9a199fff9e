"""Dissonance: the same topics, other views (science §8.2, after factor 6).

√(communality · (1 - like-mindedness)). It is no tenth factor: it is made of two of the nine, and
neither a shared topic alone nor disagreement alone is dissonance. Where like-mindedness is known
less than half there is none, because silence about somebody's views is not disagreement.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import within
from recommender.domain.slate import FACTORS

KNOWN = 0.5
"""Confidence in like-mindedness from which dissonance is spoken of."""

_COMMUNALITY, _LIKE_MINDEDNESS = FACTORS.index("communality"), FACTORS.index("like_mindedness")


def dissonance(
    factors: NDArray[np.float32], confidence: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How far two people differ on what both work on: float32 [...] in [0, 1]; 0 where unknown.

    factors, confidence: float32 [..., 9] in [0, 1], by `slate.FACTORS`.

    >>> nine = np.zeros((1, 9), np.float32)
    >>> nine[0, 0] = 0.64
    >>> dissonance(nine, np.ones((1, 9), np.float32))
    array([0.8], dtype=float32)
    """
    differ = np.sqrt(factors[..., _COMMUNALITY] * (1 - factors[..., _LIKE_MINDEDNESS]))
    known = confidence[..., _LIKE_MINDEDNESS] >= KNOWN
    return np.where(known, differ, 0).astype(np.float32)


@within
def dissonance_of(factors: Any, confidence: Any) -> Any:
    """`dissonance` of one pair, for compiled loops. factors, confidence: float32 [9]."""
    if confidence[_LIKE_MINDEDNESS] < np.float32(KNOWN):
        return np.float32(0)
    return np.sqrt(factors[_COMMUNALITY] * (np.float32(1) - factors[_LIKE_MINDEDNESS]))
