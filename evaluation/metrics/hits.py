"""Which places of a list hold somebody relevant."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def hits(lists: NDArray[np.int32], relevant: sp.csr_matrix) -> NDArray[np.bool_]:
    """Whether the cell of each place is stored in `relevant`, bool [b, k]; never for -1.

    >>> relevant = sp.csr_matrix(np.array([[0, 1, 0], [1, 0, 0]]))
    >>> hits(np.array([[2, 1], [0, -1]], np.int32), relevant)
    array([[False,  True],
           [ True, False]])
    """
    lines = np.arange(len(lists), dtype=np.int64)
    width = relevant.shape[1]
    stored = np.repeat(lines, np.diff(relevant.indptr)) * width + relevant.indices
    # -1 would otherwise be the last cell of the line before.
    return np.isin(lines[:, None] * width + lists, stored) & (lists >= 0)
