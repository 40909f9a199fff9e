"""Catalogue coverage (Ge, Delgado-Battenfeld & Jannach 2010): who is ever shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def coverage(lists: NDArray[np.int32], people: int) -> float:
    """Share of all `people` who are on anybody's list, in [0, 1]; NaN where there is nobody.

    >>> coverage(np.array([[0, 1], [1, -1]], np.int32), people=4)
    0.5
    """
    if people == 0:
        return float("nan")
    return len(np.unique(lists[lists >= 0])) / people
