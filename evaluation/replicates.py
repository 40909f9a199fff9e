"""What a figure's resamples say of it (Efron & Tibshirani 1993, chapters 13 and 15)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.document import Estimate

Replicates = NDArray[np.float64]
"""A figure, then the same of every one of B resamples: float64 [1 + B]."""

FEW = 30
"""From fewer people than these no difference is claimed: percentile intervals are too narrow."""

_TAIL = 0.025


def interval(replicates: Replicates, people: int) -> Estimate:
    """A figure and its 95 % percentile interval, from replicates [1 + B].

    Resamples in which it is undefined are left out; one person alone has no interval. Both tails
    are cut alike, so that the interval of the negative figure is the mirror image.

    >>> interval(np.array([5.0, *range(100)]), people=50)
    Estimate(value=5.0, low=1.0, high=98.0, people=50)
    """
    drawn = np.sort(replicates[1:][~np.isnan(replicates[1:])])
    cut = max(int(_TAIL * (len(drawn) + 1)) - 1, 0)
    known = len(drawn) > 0 and people > 1
    low, high = (drawn[cut], drawn[-1 - cut]) if known else (np.nan, np.nan)
    return Estimate(
        value=_finite(replicates[0]), low=_finite(low), high=_finite(high), people=people
    )


def two_sided(drawn: NDArray[np.float64], people: int) -> float | None:
    """Twice the share of resamples [B] on the rarer side of 0, the sample itself counted in.

    In [2 / (1 + B), 1], and at most 0.05 just where the interval leaves out 0; NaN are left out.
    None for fewer than FEW people.

    >>> two_sided(np.array([0.1] * 197 + [-0.1] * 2), people=50)
    0.03
    """
    drawn = drawn[~np.isnan(drawn)]
    if people < FEW or not len(drawn):
        return None
    rarer = min((drawn <= 0).sum(), (drawn >= 0).sum())
    return float(min(1.0, 2 * (1 + rarer) / (1 + len(drawn))))


def quotient(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Above / below; over 0 infinite, and 0 over 0 undefined."""
    over_nothing = np.where(above > 0, np.inf, np.nan)
    return np.asarray(np.divide(above, below, out=over_nothing, where=below > 0), np.float64)


def pool_whole(replicates: Sequence[Replicates], weights: Sequence[float]) -> Replicates:
    """The weighted mean over cutoffs of figures of all lists together.

    Cutoffs where the figure is undefined, or was not resampled, are left out; float64 [1], NaN,
    where none remains. Only the spread is taken from the resamples: a resample has fewer different
    lists, so that fewer people are covered in it, and more unevenly, than in all of them.
    """
    length = max((len(one) for one in replicates), default=1)
    kept = [
        (one, weight)
        for one, weight in zip(replicates, weights, strict=True)
        if np.isfinite(one[0]) and len(one) == length and weight > 0
    ]
    if not kept:
        return np.full(1, np.nan)
    pooled = np.average([one for one, _ in kept], axis=0, weights=[weight for _, weight in kept])
    drawn = pooled[1:][np.isfinite(pooled[1:])]
    if len(drawn):
        pooled[1:] += pooled[0] - drawn.mean()
    return np.asarray(pooled, np.float64)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
