"""Area under the ROC curve (Hanley & McNeil 1982) of a ranking of a given pool."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.metrics.shown import share


def auc(
    lists: NDArray[np.int32], relevant: sp.csr_matrix, pool: sp.csr_matrix
) -> NDArray[np.float64]:
    """Probability that a relevant pool member stands above an irrelevant one, float64 [b].

    pool: CSR pattern [b, n]. Members who are not listed are tied at the end, and a tie counts
    half; whoever is listed from outside the pool is passed over. In [0, 1]; NaN where the pool
    does not hold both kinds.

    >>> pool = sp.csr_matrix(np.array([[1, 1, 1, 1]]))
    >>> auc(np.array([[2, 0]], np.int32), sp.csr_matrix(np.array([[1, 0, 0, 0]])), pool).round(3)
    array([0.667])
    """
    wanted = relevant.multiply(pool).tocsr()
    good = np.diff(wanted.indptr).astype(np.int64)
    bad = np.diff(pool.indptr) - good
    hit = hits(lists, wanted)
    miss = hits(lists, pool) & ~hit
    below = bad[:, None] - np.cumsum(miss, axis=1)
    tied = (good - hit.sum(axis=1)) * (bad - miss.sum(axis=1))
    return share((hit * below).sum(axis=1) + tied / 2, good * bad)
