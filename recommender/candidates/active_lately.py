"""The people who are most active these weeks, whatever it is about (half-life 14 days).

The same few for everybody, so it weighs little; but who is not around answers nobody, and an
asker of whom nothing is known can still be shown where the life is.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.sparse import row_sums

MOST = 300
"""People who are looked at, most active first."""


def finder(material: Material) -> Finder:
    """Score by (log(1 + activity) / its largest)²."""
    worked = material.snapshot.person_topic
    active = np.log1p(row_sums(worked.csr("decay_14", worked.taking_part())))
    active = (active / max(active.max(initial=0), 1e-9)) ** 2
    order = np.argsort(-active, kind="stable")[:MOST]
    lively = np.sort(order[active[order] > 0])
    line = sp.csr_matrix(
        (active[lively].astype(np.float32), lively, np.array([0, len(lively)])), (1, len(active))
    )

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        # Every line is the same: repeat it, instead of multiplying.
        count = len(askers)
        cells = (np.tile(line.data, count), np.tile(line.indices, count))
        return sp.csr_matrix((*cells, np.arange(count + 1) * line.nnz), (count, len(active)))

    return find
