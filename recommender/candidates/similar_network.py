"""People whom someone with this network would turn to: nearest vectors of person × contact."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.embeddings import Nearest


def finder(material: Material) -> Finder:
    """Score by the inner product of the asker's vector with the contact's, where above 0."""
    askers_side, contacts_side = material.contact_vectors
    n = len(contacts_side)
    # Her own contacts are nearest of all and will be filtered out: look past them.
    count = min(n, 2 * material.config.per_source)
    nearest = Nearest(contacts_side)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        scores, rows = nearest.search(askers_side[askers], count)
        lines = np.repeat(np.arange(len(askers)), count)
        found = (scores.ravel() > 0) & (rows.ravel() >= 0)
        cells = (lines[found], rows.ravel()[found])
        return sp.csr_matrix((scores.ravel()[found], cells), (len(askers), n))

    return find
