"""People met in the same threads, documents, courses or events: co-participation.

√(decayed activity) of both in every object they share, divided by how many people took part, so
that a crowded object introduces nobody. Half-life 180 days.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.sparse import mapped, scale_columns

CROWD = 1000
"""Participants from which an object is a crowd and says nothing about any two of them."""


def finder(material: Material) -> Finder:
    """Score by co-participation."""
    taking_part = material.snapshot.person_object.csr("decay_180")
    taking_part = mapped(taking_part, np.sqrt(taking_part.data))
    people = np.bincount(taking_part.indices, minlength=taking_part.shape[1])
    weight = np.where(people < CROWD, 1 / np.maximum(people, 1), 0)
    weighted = scale_columns(taking_part, weight)
    weighted.eliminate_zeros()
    others = taking_part.T.tocsr()

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return sp.csr_matrix(weighted[askers] @ others)

    return find
