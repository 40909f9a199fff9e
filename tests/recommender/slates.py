"""Slates made up from a seed, for tests of single stages."""

from __future__ import annotations

import numpy as np

from recommender.domain.slate import FACTORS, HEADLINES, SIGNALS, Measured
from recommender.model import unknown_pool


def random_slate(seed: int, lines: int = 4, width: int = 20, *, full: bool = False) -> Measured:
    """Lines of different lengths, one of them empty, with some equal values; sorted by nothing."""
    rng = np.random.default_rng(seed)
    counts = np.full(lines, width) if full else rng.integers(0, width + 1, lines)
    if not full:
        counts[-1] = 0
    filled = np.arange(width) < counts[:, None]
    people = rng.permuted(np.tile(np.arange(10 * width), (lines, 1)), axis=1)[:, :width]
    entries = np.arange(lines * width).reshape(lines, width)
    shape = (lines, width)
    return Measured(
        askers=np.arange(lines, dtype=np.int32),
        rows=np.where(filled, people, -1).astype(np.int32),
        scores=np.where(filled, rng.random(shape), -np.inf).astype(np.float32),
        relevance=np.where(filled, rng.integers(0, 8, shape) / 8, 0).astype(np.float32),
        factors=rng.random((*shape, len(FACTORS))).astype(np.float32),
        confidence=rng.random((*shape, len(FACTORS))).astype(np.float32),
        headlines=rng.random((*shape, len(HEADLINES))).astype(np.float32),
        signals=rng.random((*shape, len(SIGNALS))).astype(np.float32),
        unsteered=np.zeros(shape, np.float32),
        pool=unknown_pool(0),
        spotted=np.zeros(shape, bool),
        places=np.zeros(shape, np.int32),
        propensity=np.zeros(shape, np.float32),
        entries=np.where(filled, entries, -1).astype(np.int64),
        goal_match=np.zeros(shape, np.float32),
        goal_topics=np.full(shape, -1, np.int32),
    )


def by_score(slate: Measured) -> Measured:
    """The slate sorted by score, best first."""
    return slate.take(np.argsort(-slate.scores, axis=1, kind="stable"))
