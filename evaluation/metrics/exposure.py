"""Exposure (Singh & Joachims 2018; science §8.12): how much people are looked at."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.shown import cells, discount


def exposure(
    lists: NDArray[np.int32], people: int, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Σ over the lists that show a person of 1 / log2(1 + place), float64 [n], >= 0.

    weights: float64 [r, b], how often each of r resamples drew each asker; then float64 [r, n].

    >>> lists = np.array([[0, 1], [1, -1]], np.int32)
    >>> exposure(lists, people=3).round(3)
    array([1.   , 1.631, 0.   ])
    >>> exposure(lists, people=3, weights=np.array([[2.0, 0.0]])).round(3)
    array([[2.   , 1.262, 0.   ]])
    """
    seen = cells(lists, people, discount(lists.shape[1]))
    if weights is None:
        return np.asarray(seen.sum(axis=0), np.float64).ravel()
    return np.asarray((sp.csr_matrix(weights) @ seen).toarray(), np.float64)
