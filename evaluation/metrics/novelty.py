"""Novelty as self-information (Zhou et al. 2010; science §8.12): who is not known to all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.shown import mean_shown


def novelty(lists: NDArray[np.int32], degree: NDArray[np.generic]) -> NDArray[np.float64]:
    """Mean over those shown of -log2((1 + degree) / (1 + Σ degrees)), float64 [b] bits.

    degree: contacts of each person, [n], >= 0. NaN for empty lists.

    >>> novelty(np.array([[0, 1], [1, -1], [-1, -1]], np.int32), np.array([3, 0, 4]))
    array([ 2.,  3., nan])
    """
    counted = degree.astype(np.float64)
    return mean_shown(np.log2((1 + counted.sum()) / (1 + counted))[lists], lists)
