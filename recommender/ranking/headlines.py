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

UNKNOWN = 0.25
"""Weight of what is usual where a factor is not known, against 1 of what is known."""

RECIPROCITY = 0.5
"""Share of collaboration potential that is reciprocity, where that is known."""


def headlines(
    factors: NDArray[np.float32],
    confidence: NDArray[np.float32],
    usual: NDArray[np.float32],
    diversity: NDArray[np.float32],
    reciprocity: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Like-mindedness, collaboration potential, diversity: float32 [..., 3] in [0, 1].

    factors, confidence: [..., 9]; usual: [9]; diversity: [...], from training. reciprocity: [...]
    in [0, 1], how surely a contact would go both ways, calibrated; None where that is not known.

    The first two are means of factors, weighted by what the tables say times confidence; what is
    lacking of a factor's confidence counts as usual, at the weight UNKNOWN. So a pair of whom
    little is known stands near the middle, and not at an end because of the one thing known.
    """
    lacking = UNKNOWN * (1 - confidence)
    likely = confidence * factors + lacking * usual
    alike, together = (
        # By hand, not by @: that rounds by the size of the block, and all blocks must agree.
        (likely * weights).sum(axis=-1) / ((confidence + lacking) * weights).sum(axis=-1)
        for weights in _WEIGHTS
    )
    if reciprocity is not None:
        together = (1 - RECIPROCITY) * together + RECIPROCITY * reciprocity
    return np.stack([alike, together, diversity], axis=-1).astype(np.float32)


_WEIGHTS = [
    np.array([weights.get(name, 0.0) for name in FACTORS], np.float32)
    for weights in (LIKE_MINDEDNESS, COLLABORATION)
]
