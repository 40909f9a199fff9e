"""What the metrics of lists share: places, means over those shown, and undefined shares."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray


def discount(k: int) -> NDArray[np.float64]:
    """What the places 1 to k are worth, 1 / log2(1 + place), float64 [k] in (0, 1].

    >>> discount(3).round(2)
    array([1.  , 0.63, 0.5 ])
    """
    return np.asarray(1 / np.log2(np.arange(2, k + 2)), np.float64)


def share(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """Part over whole, element by element; NaN where the whole is 0.

    >>> share([1, 0], [4, 0])
    array([0.25,  nan])
    """
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    out = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=out, where=whole != 0)
    return out


def mean_shown(values: NDArray[np.generic], lists: NDArray[np.int32]) -> NDArray[np.float64]:
    """Mean over those shown of `values` [b, k], float64 [b]; NaN for empty lists.

    >>> mean_shown(np.array([[1, 2], [3, 9]]), np.array([[5, 6], [7, -1]], np.int32))
    array([1.5, 3. ])
    """
    there = lists >= 0
    return share(np.where(there, values, 0).sum(axis=1), there.sum(axis=1))


def cells(lists: NDArray[np.int32], people: int, worth: NDArray[np.float64]) -> sp.csr_matrix:
    """Who is shown to whom, CSR [b, people], with what her place is worth, float64 [k].

    >>> cells(np.array([[2, 0], [1, -1]], np.int32), 3, np.array([1.0, 0.5])).toarray()
    array([[0.5, 0. , 1. ],
           [0. , 1. , 0. ]])
    """
    lines, places = np.nonzero(lists >= 0)
    return sp.csr_matrix((worth[places], (lines, lists[lines, places])), (len(lists), people))
