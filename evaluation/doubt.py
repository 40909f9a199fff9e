"""How sure a figure is: the paired bootstrap over people, and Holm's correction.

People are the units that are drawn, and their values go with them (Efron & Tibshirani 1993, An
Introduction to the Bootstrap, chapters 8 and 13; science §8.12).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.document import Estimate
from evaluation.replicates import FEW, Replicates, interval, pool_whole, quotient, two_sided
from evaluation.resamples import Resamples

__all__ = [
    "BETTER",
    "FEW",
    "UNDECIDED",
    "WORSE",
    "Column",
    "Paired",
    "Resamples",
    "compare",
    "compare_whole",
    "estimates",
    "holm",
    "verdict",
    "whole_estimate",
]

Column = NDArray[np.float64]
"""A value for each of m askings, float64 [m], NaN where it is undefined."""

BETTER, WORSE, UNDECIDED = "better", "worse", "no difference shown"


def estimates(columns: Sequence[Column], resamples: Resamples) -> list[Estimate]:
    """The mean of the defined values of each column, with its interval.

    >>> drawn = Resamples.of(["ann", "bob", "cyd"], count=200, seed=0)
    >>> estimates([np.array([1.0, np.nan, 3.0])], drawn)
    [Estimate(value=2.0, low=1.0, high=3.0, people=2)]
    """
    if not columns:
        return []
    # Most columns are defined for the same people: these are counted once.
    defined = [~np.isnan(column) for column in columns]
    patterns = {one.tobytes(): one for one in defined}
    place = {pattern: at for at, pattern in enumerate(patterns, len(columns))}
    people = {key: _people(one, resamples) for key, one in patterns.items()}
    filled = (np.where(one, column, 0) for one, column in zip(defined, columns, strict=True))
    totals = resamples.totals(itertools.chain(filled, patterns.values()))
    keys = [one.tobytes() for one in defined]
    return [
        interval(quotient(totals[:, at], totals[:, place[key]]), people[key])
        for at, key in enumerate(keys)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One system against another, over askings for which both are defined.

    ratio, difference: of their means. effect: mean difference of a person over its standard
    deviation among people (Cohen's d_z), None where that is 0. p: two-sided; None for fewer than
    `FEW` people.
    """

    ratio: Estimate
    difference: Estimate
    effect: float | None
    p: float | None


def compare(pairs: Sequence[tuple[Column, Column]], resamples: Resamples) -> list[Paired]:
    """Compare ours with theirs, for each pair of columns.

    >>> drawn = Resamples.of([f"p{place}" for place in range(40)], count=200, seed=0)
    >>> paired = compare([(np.full(40, 0.6), np.full(40, 0.3))], drawn)[0]
    >>> paired.ratio.value, paired.difference.value, paired.effect is None
    (2.0, 0.3, True)
    """
    if not pairs:
        return []
    columns = [list(_both(ours, theirs)) for ours, theirs in pairs]
    totals = resamples.totals(itertools.chain.from_iterable(columns))
    return [
        _paired(totals[:, 4 * at : 4 * at + 4], four, resamples) for at, four in enumerate(columns)
    ]


def compare_whole(
    ours: Sequence[Replicates],
    theirs: Sequence[Replicates],
    weights: Sequence[float],
    people: int,
) -> Paired:
    """Compare figures of all lists together, pooled over the cutoffs where both have one.

    Arguments: see `pool_whole`; the resamples behind ours and theirs must be the same.
    """
    both = [
        at
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True))
        if np.isfinite(one[0]) and np.isfinite(other[0])
    ]
    shared = [weights[at] for at in both]
    mine = pool_whole([ours[at] for at in both], shared)
    rival = pool_whole([theirs[at] for at in both], shared)
    apart = (mine - rival).round(12)
    return Paired(
        ratio=interval(quotient(mine, rival), people),
        difference=interval(apart, people),
        effect=None,
        p=two_sided(apart[1:], people),
    )


def verdict(difference: Estimate, better: str = "higher") -> str:
    """A difference in words: one whose interval holds 0, or with few people behind it, is none.

    better: whether "higher" or "lower" values are.

    >>> gained = Estimate(value=0.1, low=0.05, high=0.2, people=100)
    >>> verdict(gained), verdict(gained, better="lower")
    ('better', 'worse')
    """
    low, high = difference.low, difference.high
    if difference.people < FEW or low is None or high is None or low <= 0 <= high:
        return UNDECIDED
    return BETTER if (low > 0) == (better == "higher") else WORSE


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for being so many (Holm 1979): the i-th smallest of m times m + 1 - i.

    None becomes smaller than one that was smaller before, nor larger than 1.

    >>> holm([0.25, 0.125, 0.75])
    [0.5, 0.375, 0.75]
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(raised, 1)
    return [float(one) for one in adjusted]


def whole_estimate(
    replicates: Sequence[Replicates], weights: Sequence[float], people: int
) -> Estimate:
    """A figure of all lists together, pooled over cutoffs as in `pool_whole`."""
    return interval(pool_whole(replicates, weights), people)


def _both(ours: Column, theirs: Column) -> Iterator[NDArray[np.float64]]:
    """Ours, theirs, their difference and 1, float64 [m] each; 0 unless both are defined."""
    both = ~(np.isnan(ours) | np.isnan(theirs))
    # The difference has a column of its own, so that between equals it is 0 to the last digit.
    for column in (ours, theirs, ours - theirs, np.ones_like(ours)):
        yield np.where(both, column, 0)


def _paired(
    totals: NDArray[np.float64], columns: list[NDArray[np.float64]], resamples: Resamples
) -> Paired:
    ours, theirs, difference, count = totals.T
    people = _people(columns[3] > 0, resamples)
    # Sums that cancel out must be 0, and not what rounding leaves of them.
    apart = quotient(difference, count).round(12)
    return Paired(
        ratio=interval(quotient(ours, theirs), people),
        difference=interval(apart, people),
        effect=_effect(columns[2], columns[3], resamples),
        p=two_sided(apart[1:], people),
    )


def _effect(
    difference: NDArray[np.float64], count: NDArray[np.float64], resamples: Resamples
) -> float | None:
    times = resamples.by_person(count)
    of_person = resamples.by_person(difference)[times > 0] / times[times > 0]
    if len(of_person) < 2 or (spread := of_person.std(ddof=1)) < 1e-12:
        return None
    return float(of_person.mean() / spread)


def _people(defined: NDArray[np.bool_], resamples: Resamples) -> int:
    return int((resamples.by_person(defined) > 0).sum())
