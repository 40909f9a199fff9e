"""Spread a list over communities and topics (intent-aware, after xQuAD; science §8.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import Slate
from recommender.model import Model
from recommender.rerank.spreading import spread_lines, stand_for

DEPTH = 100
"""Places of the ranking that the re-rank may reorder."""


def aspects(model: Model, slate: Slate) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """What the first DEPTH slots of each line stand for, and what showing them costs.

    Int32 [2, b, k]: community, and the topic by which somebody matches; -1 unknown. Float32 [b, k].
    """
    shape = (len(slate.rows), min(slate.rows.shape[1], DEPTH))
    kinds, price = np.empty((2, *shape), np.int32), np.empty(shape, np.float32)
    stand_for(
        *(slate.rows, slate.entries, slate.goal_topics, slate.pool.shared_topic),
        *(model.community, model.price, kinds, price),
    )
    return kinds, price


def spread(
    slate: Slate,
    kinds: NDArray[np.int32],
    price: NDArray[np.float32] | None,
    weight: float,
    limit: int,
) -> NDArray[np.int64]:
    """Order in which to show the slots of a slate that is sorted by score.

    kinds: int32 [aspects, b, k], what a slot stands for (its community, its topic), -1 unknown.
    price: float32 [b, k], >= 0, see `exposure.prices`; None: nobody has one.
    weight: λ in [0, 1]; 0 leaves the order to the scores.
    limit: places to fill with care, at most DEPTH; the rest follow by score, so that nobody is
        lost, and a longer list begins as the shorter one does.
    Returns int64 [b, k], a permutation of every line.

    Greedy: next comes the slot with the highest (1 - λ) · score, scaled to [0, 1] over the line,
    + λ · mean over aspects of FADE^(times shown already), less its price after the first UNPRICED
    places; unknown aspects count as new.
    """
    order = np.empty(slate.rows.shape, np.int64)
    depth = min(slate.rows.shape[1], DEPTH)
    if price is None:
        price = np.zeros((len(order), depth), np.float32)
    spread_lines(slate.rows, slate.scores, kinds, price, weight, limit, order)
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
