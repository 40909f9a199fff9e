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


def steer(slate: Slate, dials: Dials) -> Slate:
    """Score by relevance, plus what the dials and the goals of the call add to it.

    score = z(relevance) + STRENGTH · Σ (dial - default) · z(headline) + GOAL_STRENGTH · match,
    z within the line over those whom the model has stored for the asker. At the defaults and
    without goals the score orders as relevance does. Of those whom a goal brought in the model
    knows neither: they start from the lowest relevance of the line, and dials do not move them
    (z = 0).

    Exactly, before the re-rank: moving the dials from a to b never lowers the mean of
    (b - a) · z(headline) over the first k, for any k; nor do goals that are added to a call, over
    the same people, lower the mean of what they add to the match.
    """
    filled, stored = slate.rows >= 0, slate.entries >= 0
    moved = np.array(dials.shares(), np.float32) - np.array(Dials().shares(), np.float32)
    scores = _from_the_bottom(standardise(slate.relevance, stored), stored)
    for column in range(len(moved)):
        if moved[column]:
            headline = standardise(slate.headlines[..., column], stored)
            scores = scores + STRENGTH * moved[column] * headline
    scores = scores + GOAL_STRENGTH * slate.goal_match
    return replace(slate, scores=np.where(filled, scores, -np.inf).astype(np.float32))


def standardise(values: NDArray[np.float32], filled: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Mean 0 and standard deviation 1 over the filled slots of each line, 0 elsewhere.

    Float32 [b, k]. A line whose values are all the same becomes all 0.
    """
    count = np.maximum(filled.sum(axis=1, keepdims=True), 1)
    centred = np.where(filled, values, 0).astype(np.float64)
    centred = np.where(filled, centred - _total(centred) / count, 0)
    spread = np.sqrt(_total(centred**2) / count)
    scaled = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-6)
    return np.asarray(scaled, np.float32)


def _from_the_bottom(values: NDArray[np.float32], stored: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The lowest stored value of each line for everyone else in it; 0 where nothing is stored."""
    lowest = np.where(stored, values, 0).min(axis=1, initial=0, keepdims=True)
    return np.where(stored, values, lowest)


def _total(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of each line, slot after slot: what empty slots follow does not change its last bit."""
    if values.shape[1] == 0:
        return np.zeros((len(values), 1))
    return np.cumsum(values, axis=1)[:, -1:]
