"""People whom someone with this network would turn to: nearest vectors of person × contact."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material, nearest_people


def finder(material: Material) -> Finder:
    """Score by the inner product of the asker's vector with the contact's, where above 0."""
    addressing, addressed = material.contact_vectors
    search = nearest_people(addressed, material.config)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return search(addressing[askers])

    return find
