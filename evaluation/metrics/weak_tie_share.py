"""Weak-tie share (Granovetter 1973; Sanz-Cruzado & Castells 2018): who leads somewhere else."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.metrics.shown import mean_shown


def weak_tie_share(
    lists: NDArray[np.int32], community: NDArray[np.int32], at_home: sp.csr_matrix
) -> NDArray[np.float64]:
    """Share of those shown whose community is none of the asker's, float64 [b]; NaN if empty.

    community: int32 [n], -1 unknown, which leads nowhere that could be told and does not count.
    at_home: CSR pattern [b, communities], the communities of the asker's contacts.

    >>> at_home = sp.csr_matrix(np.array([[1, 0]]))
    >>> weak_tie_share(np.array([[0, 1, 2]], np.int32), np.array([0, 1, -1]), at_home).round(3)
    array([0.333])
    """
    of = np.where(lists >= 0, community[lists], -1)
    return mean_shown((of >= 0) & ~hits(of, at_home), lists)
