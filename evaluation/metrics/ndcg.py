"""Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002), with binary gains."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.metrics.shown import discount, share


def ndcg(lists: NDArray[np.int32], relevant: sp.csr_matrix, k: int) -> NDArray[np.float64]:
    """DCG@k over its best possible value, float64 [b] in [0, 1]; NaN where nobody is relevant.

    DCG@k = Σ over relevant places i = 1, …, k of 1 / log2(i + 1). The best list has its first
    min(k, number relevant) places relevant, however short the list given.

    >>> relevant = sp.csr_matrix(np.array([[0, 1, 0], [0, 0, 0]]))
    >>> ndcg(np.array([[2, 1], [2, 1]], np.int32), relevant, 2).round(3)
    array([0.631,   nan])
    """
    worth = discount(k)
    hit = hits(lists[:, :k], relevant)
    best = np.concatenate([[0.0], np.cumsum(worth)])[np.minimum(np.diff(relevant.indptr), k)]
    return share(hit @ worth[: hit.shape[1]], best)
