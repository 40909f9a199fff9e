"""Spread a list over communities and topics (intent-aware, after xQuAD; science §8.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import Slate

DEPTH = 100
"""Places of the ranking that the re-rank may reorder."""

FADE = 0.7
"""What a community or topic is still worth each time that it has been shown."""

UNPRICED = 5
"""First places, where most is won, and where nobody pays for being shown to many already."""


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
    filled = slate.rows[:, :depth] >= 0
    if (weight == 0 and price is None) or width == 0 or not filled.any():
        return np.broadcast_to(np.arange(width), (lines, width))
    value = (1 - weight) * scaled(slate.scores[:, :depth], filled) + np.float32(weight)
    value[~filled] = -np.inf
    kinds = _kinds(aspects, depth)
    fall = np.full(kinds.shape, weight / len(aspects) * (1 - FADE), np.float32)
    chosen = np.empty((lines, min(limit, depth)), np.intp)
    # Flat views: for a single asker the cost of a call counts for more than the work it does.
    cells, flat_kinds, start = value.reshape(-1), kinds.reshape(len(aspects), -1), _starts(value)
    for place in range(chosen.shape[1]):
        if place == UNPRICED and price is not None:
            value -= price[:, :depth]
        pick = value.argmax(axis=1)
        chosen[:, place] = pick
        pick += start
        cells[pick] = -np.inf
        alike = kinds == flat_kinds.take(pick, axis=1)[:, :, None]
        lost = alike * fall
        for one in lost:
            value -= one
        lost *= np.float32(1 - FADE)
        fall -= lost
    # A line that has run out of slots picks nobody.
    chosen[np.arange(chosen.shape[1]) >= filled.sum(axis=1, keepdims=True)] = -1
    return _with_rest(chosen, width)


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


def _starts(value: NDArray[np.float32]) -> NDArray[np.intp]:
    """Where each line begins in the flat view of all."""
    return np.arange(len(value), dtype=np.intp) * np.intp(value.shape[1])


def _kinds(aspects: list[NDArray[np.int32]], depth: int) -> NDArray[np.int32]:
    """The aspects together, int32 [aspects, b, depth]; what is unknown is like nothing else."""
    together = np.stack([aspect[:, :depth] for aspect in aspects])
    return np.where(together < 0, -1 - np.arange(depth, dtype=np.int32), together)


def _with_rest(chosen: NDArray[np.intp], width: int) -> NDArray[np.intp]:
    """The chosen slots, then the others in the order they had; empty slots stay last."""
    place = np.full((len(chosen), width), chosen.shape[1], np.intp)
    line, order = np.nonzero(chosen >= 0)
    place[line, chosen[line, order]] = order
    return np.argsort(place, axis=1, kind="stable")
