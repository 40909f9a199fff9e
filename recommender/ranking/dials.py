"""The learner's three dials move the list in their direction (science §8.8)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.config import Dials
from recommender.domain.slate import Slate

STRENGTH = 2.0
"""Relevance, in its own standard deviations, that one whole dial is worth."""


def steer(slate: Slate, dials: Dials) -> Slate:
    """Score by relevance plus how far the dials are from their defaults, times the headlines.

    score = z(relevance) + STRENGTH · Σ (dial - default) · z(headline), z within the line. At the
    defaults the score orders as relevance does. Moving the dials from a to b never lowers the
    mean of (b - a) · z(headline) over the first k, for any k: before the re-rank, exactly.
    """
    filled = slate.rows >= 0
    moved = np.array(dials.shares(), np.float32) - np.array(Dials().shares(), np.float32)
    scores = standardise(slate.relevance, filled)
    for column in range(len(moved)):
        if moved[column]:
            headline = standardise(slate.headlines[..., column], filled)
            scores = scores + STRENGTH * moved[column] * headline
    return replace(slate, scores=np.where(filled, scores, -np.inf).astype(np.float32))


def standardise(values: NDArray[np.float32], filled: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Mean 0 and standard deviation 1 over the filled slots of each line; float32 [b, k].

    A line whose values are all the same becomes all 0.
    """
    count = np.maximum(filled.sum(axis=1, keepdims=True), 1)
    centred = np.where(filled, values, 0).astype(np.float64)
    centred = np.where(filled, centred - _total(centred) / count, 0)
    spread = np.sqrt(_total(centred**2) / count)
    scaled = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-6)
    return np.asarray(scaled, np.float32)


def _total(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of each line, slot after slot: what empty slots follow does not change its last bit."""
    if values.shape[1] == 0:
        return np.zeros((len(values), 1))
    return np.cumsum(values, axis=1)[:, -1:]
