"""Reciprocal rank (Voorhees 1999): how soon somebody relevant comes."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits


def reciprocal_rank(lists: NDArray[np.int32], relevant: sp.csr_matrix) -> NDArray[np.float64]:
    """1 / place of the first hit, 0 without one, float64 [b]; NaN where nobody is relevant.

    Its mean over askers is the MRR.

    >>> relevant = sp.csr_matrix(np.array([[0, 1, 1], [0, 0, 0]]))
    >>> reciprocal_rank(np.array([[0, 1], [0, 1]], np.int32), relevant)
    array([0.5, nan])
    """
    first = (hits(lists, relevant) / np.arange(1, lists.shape[1] + 1)).max(axis=1, initial=0.0)
    return np.where(np.diff(relevant.indptr) > 0, first, np.nan)
