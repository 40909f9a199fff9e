"""People with whom one has contacts in common, recent ones above old ones.

Resource allocation (Zhou, Lü & Zhang 2009) over ties weighted log(1 + contact decayed by half
every 180 days): each shared contact w counts tie(u, w) · tie(w, v) / √(all of w's ties). The
square root, where the original divides by the degree, keeps well-connected contacts worth asking.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.sparse import mapped, product, row_sums, scale_rows, top_per_row

NEIGHBOURS = 200
"""Ties of one person that are followed: bounds the work that a hub makes."""


def finder(material: Material) -> Finder:
    """Score by decayed resource allocation."""
    decayed = material.snapshot.person_contact.csr("decay_180")
    both = (decayed + decayed.T).tocsr()
    ties = top_per_row(mapped(both, np.log1p(both.data)), NEIGHBOURS)
    spread = scale_rows(ties, 1 / np.sqrt(np.maximum(row_sums(ties), 1e-9)))

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(ties[askers], spread)

    return find
