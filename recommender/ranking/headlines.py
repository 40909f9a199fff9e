"""The three headline scores that a learner sees (science §8.6)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import F4, F8, compiled, read, within, written
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
    shape = factors.shape[:-1]
    out = np.empty((*shape, 3), np.float32)
    both_ways = out[..., 0] if reciprocity is None else reciprocity
    _blend(
        *(factors.reshape(-1, factors.shape[-1]), confidence.reshape(-1, factors.shape[-1])),
        *(usual, np.ascontiguousarray(diversity, np.float32).reshape(-1)),
        *(np.ascontiguousarray(both_ways, np.float32).reshape(-1), WEIGHTS),
        *(0.0 if reciprocity is None else RECIPROCITY, out.reshape(-1, 3)),
    )
    return out


@within
def blend(
    factors: Any, known: Any, usual: Any, weights: Any, share: Any, both_ways: Any, out: Any
) -> None:
    """The first two headlines of one pair, for compiled loops; share: of reciprocity."""
    for headline in range(2):
        total = weight = 0.0
        for factor in range(len(usual)):
            sure = known[factor]
            lacking = UNKNOWN * (1 - sure)
            likely = sure * factors[factor] + lacking * usual[factor]
            total += weights[headline, factor] * likely
            weight += weights[headline, factor] * (sure + lacking)
        out[headline] = total / weight
    if share > 0:
        out[1] = (1 - share) * out[1] + share * both_ways


@compiled(
    *(read(F4, 2), read(F4, 2), read(F4), read(F4), read(F4), read(F4, 2), F8, written(F4, 2))
)
def _blend(
    factors: Any,
    confidence: Any,
    usual: Any,
    diversity: Any,
    both_ways: Any,
    weights: Any,
    share: Any,
    out: Any,
) -> None:
    for pair in range(len(factors)):
        blend(factors[pair], confidence[pair], usual, weights, share, both_ways[pair], out[pair])
        out[pair, 2] = diversity[pair]


WEIGHTS = np.array(
    [[table.get(name, 0.0) for name in FACTORS] for table in (LIKE_MINDEDNESS, COLLABORATION)],
    np.float32,
)
