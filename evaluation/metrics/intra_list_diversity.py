"""Intra-list diversity (Smyth & McClave 2001; science §8.12): how unlike those shown are."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.shown import cells, share
from recommender.sparse import row_sums


def intra_list_diversity(lists: NDArray[np.int32], profiles: sp.csr_matrix) -> NDArray[np.float64]:
    """Mean over pairs of 1 - cosine, float64 [b]; NaN where fewer than two are shown.

    profiles: CSR [n, topics], rows of length 1 or empty; an empty one has cosine 0 with all. In
    [0, 1] (to rounding) where no profile is negative.

    >>> profiles = sp.csr_matrix(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    >>> intra_list_diversity(np.array([[0, 1, 2], [0, 1, -1]], np.int32), profiles).round(3)
    array([0.667, 0.   ])
    """
    rows = profiles.astype(np.float64)
    who = cells(lists, rows.shape[0], np.ones(lists.shape[1]))
    added = who @ rows
    # |Σp|² holds every pair twice, and each profile with itself.
    twice = row_sums(added.multiply(added)) - who @ row_sums(rows.multiply(rows))
    shown = (lists >= 0).sum(axis=1)
    return 1 - share(twice, shown * (shown - 1))
