"""Shapes that many baselines share: the same for everybody, and products of two matrices."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.baselines.base import Scorer
from evaluation.known import Known


def alike(values: NDArray[np.floating]) -> Scorer:
    """Everybody is scored the same, float [n], whoever asks.

    >>> alike(np.float32([3, 1]))(np.int32([0, 1, 1])).tolist()
    [[3.0, 1.0], [3.0, 1.0], [3.0, 1.0]]
    """
    return lambda askers: np.tile(values, (len(askers), 1))


def through(left: sp.csr_matrix, right: sp.csr_matrix) -> Scorer:
    """Rows of `left` @ `right`ᵀ, both sparse [n, m]; the whole [n, n] is never made.

    >>> through(sp.csr_matrix(np.eye(2)), sp.csr_matrix([[0, 2], [5, 0]]))(np.int32([1])).tolist()
    [[2.0, 0.0]]
    """
    columns = right.T.tocsr()
    return lambda askers: np.asarray((left[askers] @ columns).toarray())


def products(known: Known, left: NDArray[np.float32], right: NDArray[np.float32]) -> Scorer:
    """Products of the vectors of who asks and of who is scored, float32 [n, d] each.

    People without ties score 0: their vectors are what chance put there.
    """
    learnt = right * (np.diff(known.tied.indptr) > 0)[:, None]
    return lambda askers: np.asarray(left[askers] @ learnt.T)
