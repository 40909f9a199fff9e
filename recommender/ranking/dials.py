"""Dials and goals move the list in their direction (science §8.8)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.config import Dials
from recommender.domain.slate import Slate

STRENGTH = 2.0
"""Relevance, in its own standard deviations, that one whole dial is worth."""

GOAL_STRENGTH = 4.0
"""Relevance, in its own standard deviations, that matching a goal of the call in full is worth."""


def steer(slate: Slate, dials: Dials, *, as_stored: bool = False) -> Slate:
    """Score by relevance, plus what the dials and the goals of the call add to it.

    score = z(relevance) + STRENGTH · Σ (dial - default) · z(headline) + GOAL_STRENGTH · match,
    z by the mean and the spread of those whom the model has stored for the asker; of everybody
    where it has stored nobody. At the defaults and without goals the score orders as relevance
    does. Who was scored on the spot has no lower relevance than the last of those stored: less is
    known of her, which is not to say that she is less. as_stored: leave it at z(relevance).

    Exactly, before the re-rank: moving the dials from a to b never lowers the mean of
    (b - a) · z(headline) over the first k, for any k; nor do goals that are added to a call, over
    the same people, lower the mean of what they add to the match.
    """
    filled = slate.rows >= 0
    usual = _usual(filled, slate.spotted)
    unsteered = _not_below(standardise(slate.relevance, usual, filled), usual, slate.spotted)
    scores = unsteered
    moved = np.array(dials.shares(), np.float32) - np.array(Dials().shares(), np.float32)
    for column in range(0 if as_stored else len(moved)):
        if moved[column]:
            headline = standardise(slate.headlines[..., column], usual, filled)
            scores = scores + STRENGTH * moved[column] * headline
    scores = scores + GOAL_STRENGTH * slate.goal_match
    scores = np.where(filled, scores, -np.inf).astype(np.float32)
    return replace(slate, scores=scores, unsteered=unsteered)


def standardise(
    values: NDArray[np.float32],
    usual: NDArray[np.bool_],
    filled: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """Values scaled so that those of `usual` have mean 0 and standard deviation 1 in each line.

    usual, filled: bool [b, k]. Float32 [b, k], 0 outside `filled` (None: outside `usual`). A line
    whose usual values are all the same becomes all 0.
    """
    filled = usual if filled is None else filled
    count = np.maximum(usual.sum(axis=1, keepdims=True), 1)
    wide = np.where(filled, values, 0).astype(np.float64)
    centred = np.where(filled, wide - _total(np.where(usual, wide, 0)) / count, 0)
    spread = np.sqrt(_total(np.where(usual, centred, 0) ** 2) / count)
    scaled = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-6)
    return np.asarray(scaled, np.float32)


def _usual(filled: NDArray[np.bool_], spotted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who sets the scale of each line: those stored, or all where nobody is."""
    stored = filled & ~spotted
    return np.where(stored.any(axis=1, keepdims=True), stored, filled)


def _not_below(
    values: NDArray[np.float32], usual: NDArray[np.bool_], spotted: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Raise the values of `spotted` to the lowest of `usual` in each line."""
    lowest = np.where(usual, values, 0).min(axis=1, initial=0, keepdims=True)
    return np.where(spotted, np.maximum(values, lowest), values)


def _total(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of each line, slot after slot: what empty slots follow does not change its last bit."""
    if values.shape[1] == 0:
        return np.zeros((len(values), 1))
    return np.cumsum(values, axis=1)[:, -1:]
