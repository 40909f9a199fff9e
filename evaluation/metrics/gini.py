"""Gini coefficient of exposure (Fleder & Hosanagar 2009; science §8.12)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gini(exposure: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (n - 1) · Σ_i (2i - n - 1) e_(i) / Σ e, e ascending: float64 [..., n] to [...].

    exposure: >= 0. 0 where all have the same, 1 where one person has everything; NaN where there
    is no exposure at all or n < 2.

    >>> gini(np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 0.0], [0.0, 1.0, 1.0]]))
    array([0. , 1. , 0.5])
    """
    out = np.empty(exposure.shape[:-1])
    for row in np.ndindex(out.shape):
        out[row] = _gini(exposure[row])
    return out


def _gini(exposure: NDArray[np.float64]) -> float:
    """Of one row. Whoever has nothing comes first and adds nothing, so only others are sorted."""
    n = len(exposure)
    some = np.sort(exposure[exposure > 0])
    if n < 2 or not len(some):
        return float("nan")
    places = np.arange(n - len(some) + 1, n + 1)
    return float((2 * places - n - 1) @ some / ((n - 1) * some.sum()))
