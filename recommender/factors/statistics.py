"""Small statistics that factors share: shrinkage and percentiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHRINKAGE = 5.0
"""Observations at which a confidence reaches ½ (science: c = n / (n + κ))."""


def shrunk_confidence(observations: NDArray[np.floating | np.integer]) -> NDArray[np.float32]:
    """How far to trust a figure made of so many observations: n / (n + κ), float32 in [0, 1).

    >>> shrunk_confidence(np.array([0, 5, 45]))
    array([0. , 0.5, 0.9], dtype=float32)
    """
    return (observations / (observations + SHRINKAGE)).astype(np.float32)


def percentile(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Share of the others below each value, ties sharing their middle; float32 in [0, 1].

    >>> percentile(np.array([3., 1., 2., 2.]))
    array([1. , 0. , 0.5, 0.5], dtype=float32)
    """
    if len(values) < 2:
        return np.full(len(values), 0.5, np.float32)
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, "left")
    not_above = np.searchsorted(ordered, values, "right")
    return ((below + not_above - 1) / (2 * (len(values) - 1))).astype(np.float32)


def percentile_within(
    groups: NDArray[np.integer], values: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Rank of each value inside its group, (i + ½) / size, equal values sharing the lowest."""
    order = np.lexsort((values, groups))
    grouped, sorted_values = groups[order], values[order]
    start = np.searchsorted(grouped, grouped, "left")
    new = np.ones(len(order), bool)
    new[1:] = (grouped[1:] != grouped[:-1]) | (sorted_values[1:] != sorted_values[:-1])
    first_equal = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    size = np.bincount(groups, minlength=1)[grouped] if len(groups) else start
    out = np.empty(len(order), np.float32)
    out[order] = (first_equal - start + 0.5) / np.maximum(size, 1)
    return out
