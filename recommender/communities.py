"""Communities: groups of people who are mostly in contact with one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sknetwork.clustering import Louvain

from recommender.ties import Ties


def find_communities(ties: Ties, seed: int) -> NDArray[np.int32]:
    """Int32 [n], the community of each person, largest first; -1 for people without ties.

    Louvain (Blondel et al. 2008) over ties weighted by log(1 + interactions).
    """
    total = (ties.sent + ties.received).astype(np.float64)
    adjacency = ties.matrix(np.log1p(total) + ties.declared)
    adjacency.eliminate_zeros()
    if adjacency.nnz == 0:
        return np.full(ties.people, -1, np.int32)
    labels = Louvain(random_state=seed).fit_predict(adjacency)
    return np.where(np.diff(adjacency.indptr) > 0, labels, -1).astype(np.int32)
