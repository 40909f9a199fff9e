"""Arrays that compiled loops use and leave as they found them, kept from call to call.

Each thread has its own. To make one for every block would cost each asker the more the more people
there are.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray


class _Kept(threading.local):
    def __init__(self) -> None:
        self.marks = np.empty(0, np.int32)
        self.bits = np.empty(0, np.uint64)
        self.sums = np.empty(0, np.float32)


_KEPT = _Kept()


def marks(size: int) -> NDArray[np.int32]:
    """A mark for each of `size` columns, all -1: int32 [size]."""
    if len(_KEPT.marks) < size:
        _KEPT.marks = np.full(size, -1, np.int32)
    return _KEPT.marks[:size]


def sums(size: int) -> NDArray[np.float32]:
    """A sum for each of `size` columns, all 0: float32 [size]."""
    if len(_KEPT.sums) < size:
        _KEPT.sums = np.zeros(size, np.float32)
    return _KEPT.sums[:size]


def bits(size: int) -> NDArray[np.uint64]:
    """A bit for each of `size` columns, all 0: uint64 [size // 64 + 1].

    Where few of many columns are marked, these stay at hand for the processor, as marks would not.
    """
    words = size // 64 + 1
    if len(_KEPT.bits) < words:
        _KEPT.bits = np.zeros(words, np.uint64)
    return _KEPT.bits[:words]
