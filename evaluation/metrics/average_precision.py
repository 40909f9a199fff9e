"""Average precision (Buckley & Voorhees 2000), as trec_eval computes it."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.metrics.shown import share


def average_precision(
    lists: NDArray[np.int32], relevant: sp.csr_matrix, k: int
) -> NDArray[np.float64]:
    """Σ over hits i <= k of precision@i, / number relevant; float64 [b], NaN where that is 0.

    In [0, 1]. As in trec_eval's map_cut, whoever has more than k relevant people cannot reach 1.
    Its mean over askers is the MAP.

    >>> relevant = sp.csr_matrix(np.array([[0, 1, 1], [0, 0, 0]]))
    >>> average_precision(np.array([[0, 1], [0, 1]], np.int32), relevant, 2)
    array([0.25,  nan])
    """
    hit = hits(lists[:, :k], relevant)
    precision = np.cumsum(hit, axis=1) / np.arange(1, hit.shape[1] + 1)
    return share((hit * precision).sum(axis=1), np.diff(relevant.indptr))
