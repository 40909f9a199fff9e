"""Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002), with binary gains."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def ndcg(lists: NDArray[np.int32], relevant: sp.csr_matrix) -> NDArray[np.float64]:
    """DCG over its best possible value, float64 [askers] in [0, 1]; NaN where nothing is relevant.

    DCG = Σ over relevant places i, counted from 1, of 1 / log2(i + 1), at the width of the lists.

    >>> relevant = sp.csr_matrix(np.array([[0, 1, 0], [0, 0, 0]]))
    >>> ndcg(np.array([[2, 1], [2, 1]], np.int32), relevant).round(3)
    array([0.631,   nan])
    """
    width = lists.shape[1]
    worth = 1 / np.log2(np.arange(2, width + 2))
    wanted = relevant.toarray() > 0
    hits = np.take_along_axis(wanted, np.maximum(lists, 0), axis=1) & (lists >= 0)
    best = np.concatenate([[0.0], np.cumsum(worth)])[np.minimum(wanted.sum(axis=1), width)]
    gained = (hits * worth).sum(axis=1)
    share = np.divide(gained, best, out=np.full(len(lists), np.nan), where=best > 0)
    return np.asarray(share, np.float64)
