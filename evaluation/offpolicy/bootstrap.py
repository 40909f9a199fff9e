"""Intervals by resampling people, whose places depend on one another (Davison & Hinkley 1997)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.document import Estimate
from evaluation.offpolicy.terms import Terms

CELLS = 4_000_000
"""People times resamples held at once: bounds memory, whatever the size of the log."""


def resampled(
    terms: Sequence[Terms], person: NDArray[np.int32], resamples: int, seed: int
) -> NDArray[np.float64]:
    """The value of each of t `terms`, then in every resample: float64 [t, 1 + resamples].

    person: int32 [m] in [0, people), whose place it is; people are drawn with all their places,
    and the draws are the same for all terms, so that their values may be compared. NaN where a
    resample leaves nothing to divide by.
    """
    people = int(person.max(initial=-1)) + 1
    columns = [column for one in terms for column in (one.over, one.under)]
    sums = np.stack([np.bincount(person, column, people) for column in columns], axis=1)
    rng, block = np.random.default_rng(seed), max(1, CELLS // max(people, 1))
    drawn = [
        _counts(rng, people, min(block, resamples - start)) @ sums
        for start in range(0, resamples, block)
    ]
    totals = np.concatenate([sums.sum(axis=0)[None], *drawn]).T
    over, under = totals[::2], totals[1::2]
    values = np.divide(over, under, out=np.full(over.shape, np.nan), where=under != 0)
    return np.asarray(values, np.float64)


def _counts(rng: np.random.Generator, people: int, resamples: int) -> NDArray[np.float64]:
    """How often each person is in each resample of as many people: [resamples, people]."""
    drawn = rng.integers(people, size=(resamples, people))
    drawn += np.arange(resamples)[:, None] * people
    counts = np.bincount(drawn.ravel(), minlength=resamples * people)
    return counts.reshape(resamples, people).astype(np.float64)


def estimate(values: NDArray[np.float64], people: int) -> Estimate:
    """A value with its 95 % percentile interval; values: float64 [1 + resamples].

    >>> estimate(np.array([0.5, 0.25, 0.5, 0.75]), people=3)
    Estimate(value=0.5, low=0.2625, high=0.7375, people=3)
    """
    seen = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(seen, [0.025, 0.975]).tolist() if len(seen) else (None, None)
    value = float(values[0]) if np.isfinite(values[0]) else None
    return Estimate(value=value, low=low, high=high, people=people)
