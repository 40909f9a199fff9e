"""Spread a list over communities and topics (intent-aware, after xQuAD; science §8.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import Slate
from recommender.rerank.spreading import spread_lines

DEPTH = 100
"""Places of the ranking that the re-rank may reorder."""


def spread(
    slate: Slate,
    aspects: list[NDArray[np.int32]],
    weight: float,
    limit: int,
    price: NDArray[np.float32] | None = None,
) -> NDArray[np.intp]:
    """Order in which to show the slots of a slate that is sorted by score.

    aspects: int32 [b, k] each, what a slot stands for (its community, its topic), -1 unknown.
    weight: λ in [0, 1]; 0 leaves the order to the scores.
    limit: places to fill with care, at most DEPTH; the rest follow by score, so that nobody is
        lost, and a longer list begins as the shorter one does.
    price: float32 [b, k], >= 0, see `exposure.prices`; None: nobody has one.
    Returns intp [b, k], a permutation of every line.

    Greedy: next comes the slot with the highest (1 - λ) · score, scaled to [0, 1] over the line,
    + λ · mean over aspects of FADE^(times shown already), less its price after the first UNPRICED
    places; unknown aspects count as new.
    """
    lines, width = slate.rows.shape
    depth = min(width, DEPTH)
    if (weight == 0 and price is None) or width == 0:
        return np.broadcast_to(np.arange(width), (lines, width))
    order = np.empty((lines, width), np.int64)
    spread_lines(
        *(slate.rows, slate.scores, np.stack([aspect[:, :depth] for aspect in aspects])),
        *(np.zeros_like(slate.scores) if price is None else price, weight, limit, order),
    )
    return order


def scaled(scores: NDArray[np.float32], filled: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scores brought to [0, 1] over the filled slots of each line, float32 [b, k].

    All 1 in a line where all are the same, and in empty slots.
    """
    low = np.where(filled, scores, np.inf).min(axis=1, keepdims=True)
    high = np.where(filled, scores, -np.inf).max(axis=1, keepdims=True)
    span = high - low
    value = np.divide(
        scores - low, span, out=np.ones_like(scores), where=filled & np.isfinite(span) & (span > 0)
    )
    return np.asarray(value, np.float32)
