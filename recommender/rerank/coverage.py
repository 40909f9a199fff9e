"""Spread a list over communities and topics (intent-aware, after xQuAD; science §8.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import Slate

DEPTH = 100
"""Places of the ranking that the re-rank may reorder."""

FADE = 0.7
"""What a community or topic is still worth each time that it has been shown."""


def spread(
    slate: Slate, aspects: list[NDArray[np.int32]], weight: float, limit: int
) -> NDArray[np.intp]:
    """Order in which to show the slots of a slate that is sorted by score.

    aspects: int32 [b, k] each, what a slot stands for (its community, its topic), -1 unknown.
    weight: λ in [0, 1]; 0 leaves the order as it is.
    limit: places to fill with care, at most DEPTH; the rest follow by score, so that nobody is
        lost, and a longer list begins as the shorter one does.
    Returns intp [b, k], a permutation of every line.

    Greedy: next comes the slot with the highest (1 - λ) · score, scaled to [0, 1] over the line,
    + λ · mean over aspects of FADE^(times shown already); unknown aspects count as new.
    """
    lines, width = slate.rows.shape
    depth = min(width, DEPTH)
    filled = slate.rows[:, :depth] >= 0
    if weight == 0 or width == 0 or not filled.any():
        return np.broadcast_to(np.arange(width), (lines, width))
    base = (1 - weight) * _scaled(slate.scores[:, :depth], filled)
    base[~filled] = -np.inf
    seen = [np.ones((lines, depth), np.float32) for _ in aspects]
    chosen = np.empty((lines, min(limit, depth)), np.intp)
    at = np.arange(lines)
    for place in range(chosen.shape[1]):
        fresh = sum(seen) / len(seen)
        pick = np.argmax(base + weight * fresh, axis=1)
        # A line that has run out of slots picks nobody.
        chosen[:, place] = np.where(base[at, pick] > -np.inf, pick, -1)
        base[at, pick] = -np.inf
        for aspect, worth in zip(aspects, seen, strict=True):
            mine = aspect[at, pick][:, None]
            worth[(aspect[:, :depth] == mine) & (mine >= 0)] *= FADE
    return _with_rest(chosen, width)


def _scaled(scores: NDArray[np.float32], filled: NDArray[np.bool_]) -> NDArray[np.float32]:
    low = np.where(filled, scores, np.inf).min(axis=1, keepdims=True)
    high = np.where(filled, scores, -np.inf).max(axis=1, keepdims=True)
    span = high - low
    scaled = np.divide(
        scores - low, span, out=np.ones_like(scores), where=filled & np.isfinite(span) & (span > 0)
    )
    return np.asarray(scaled, np.float32)


def _with_rest(chosen: NDArray[np.intp], width: int) -> NDArray[np.intp]:
    """The chosen slots, then the others in the order they had; empty slots stay last."""
    place = np.full((len(chosen), width), chosen.shape[1], np.intp)
    line, order = np.nonzero(chosen >= 0)
    place[line, chosen[line, order]] = order
    return np.argsort(place, axis=1, kind="stable")
