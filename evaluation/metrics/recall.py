"""Recall (science §8.12): how many of those who turned out relevant were named."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.metrics.shown import share


def recall(lists: NDArray[np.int32], relevant: sp.csr_matrix, k: int) -> NDArray[np.float64]:
    """Hits@k / min(k, number relevant), float64 [b] in [0, 1]; NaN where nobody is relevant.

    The minimum lets a full list of hits reach 1; textbooks divide by the number relevant alone.

    >>> relevant = sp.csr_matrix(np.array([[0, 1, 1], [0, 0, 0]]))
    >>> recall(np.array([[0, 1], [0, 1]], np.int32), relevant, 2)
    array([0.5, nan])
    """
    found = hits(lists[:, :k], relevant).sum(axis=1)
    return share(found, np.minimum(np.diff(relevant.indptr), k))
