"""Community recall (Sanz-Cruzado & Castells 2018): how many communities a list reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.shown import share


def community_recall(lists: NDArray[np.int32], community: NDArray[np.int32]) -> NDArray[np.float64]:
    """Distinct communities shown / min(k, all communities), float64 [b] in [0, 1].

    community: int32 [n], -1 unknown, which is none. k is the width of `lists`, so that shorter
    lists reach less. NaN for empty lists, and where no community is known.

    >>> lists = np.array([[0, 1], [0, 2], [-1, -1]], np.int32)
    >>> community_recall(lists, np.array([0, 0, 1, 2], np.int32))
    array([0.5, 1. , nan])
    """
    of = np.where(lists >= 0, community[lists], -1)
    lines = np.broadcast_to(np.arange(len(lists))[:, None], lists.shape)
    known = of >= 0
    reached = np.unique(np.stack([lines[known], of[known]]), axis=1)[0]
    possible = min(lists.shape[1], len(np.unique(community[community >= 0])))
    found = share(np.bincount(reached, minlength=len(lists)), possible)
    return np.where((lists >= 0).any(axis=1), found, np.nan)
