"""Weak-tie share (Granovetter 1973; Sanz-Cruzado & Castells 2018): who leads somewhere else."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.metrics.shown import mean_shown
from recommender.sparse import pattern, row_sums


def weak_tie_share(
    lists: NDArray[np.int32], community: NDArray[np.int32], at_home: sp.csr_matrix
) -> NDArray[np.float64]:
    """Share of those shown whose community is none of the asker's: float64 [b].

    NaN for an empty list, and for an asker who has no community to lead out of.

    community: int32 [n], -1 unknown, which leads nowhere that could be told and does not count.
    at_home: CSR pattern [b, communities], see `communities_at_home`.

    >>> at_home = sp.csr_matrix(np.array([[1, 0]]))
    >>> weak_tie_share(np.array([[0, 1, 2]], np.int32), np.array([0, 1, -1]), at_home).round(3)
    array([0.333])
    """
    of = np.where(lists >= 0, community[lists], -1)
    share = mean_shown((of >= 0) & ~hits(of, at_home), lists)
    return np.where(row_sums(at_home) > 0, share, np.nan)


def communities_at_home(contacts: sp.csr_matrix, community: NDArray[np.int32]) -> sp.csr_matrix:
    """The communities of each person's contacts, and her own: CSR pattern [n, communities].

    contacts: CSR [n, n], above 0 where there is contact; community: int32 [n], -1 unknown.

    >>> contacts = sp.csr_matrix(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> communities_at_home(contacts, np.array([0, 1, -1], np.int32)).toarray().astype(bool)
    array([[ True,  True],
           [ True,  True],
           [False, False]])
    """
    belongs = np.flatnonzero(community >= 0)
    shape = (len(community), int(community.max(initial=-1)) + 1)
    member = pattern(belongs, community[belongs], shape)
    return sp.csr_matrix(contacts @ member + member)
