"""The three headline scores that a learner sees (science §8.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import FACTORS

LIKE_MINDEDNESS = {"communality": 0.4, "like_mindedness": 0.6}
COLLABORATION = {
    "collaboration": 0.35,
    "learning": 0.2,
    "benevolence": 0.2,
    "network": 0.1,
    "organisation": 0.05,
    "reputation": 0.05,
    "trends": 0.05,
}


def headlines(
    factors: NDArray[np.float32],
    confidence: NDArray[np.float32],
    usual: NDArray[np.float32],
    diversity: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Like-mindedness, collaboration potential, diversity: float32 [..., 3] in [0, 1].

    factors, confidence: [..., 9]; usual: [9]; diversity: [...], from training. The first two are
    weighted means of factors; one that is not fully known is drawn towards what is usual.
    """
    known = confidence * factors + (1 - confidence) * usual
    first, second = ((known * weights).sum(axis=-1) for weights in _WEIGHTS)
    return np.stack([first, second, diversity], axis=-1).astype(np.float32)


_WEIGHTS = [
    np.array([weights.get(name, 0.0) for name in FACTORS], np.float32)
    for weights in (LIKE_MINDEDNESS, COLLABORATION)
]
