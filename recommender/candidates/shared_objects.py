"""People met in the same threads, documents, courses or events: co-participation.

√(decayed activity) of both in every object they share, divided by how many people took part, so
that a crowded object introduces nobody. What was shared in the last weeks, and in half a year.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.candidates.blend import blend
from recommender.domain.tables import decay_column
from recommender.sparse import mapped, product, scale_columns

CROWD = 1000
"""Participants from which an object is a crowd and says nothing about any two of them."""

FORGOTTEN = 1e-4
"""Decayed activity below which somebody is no longer in an object."""

SCALES = ((0.6, 14), (0.9, 180))
"""Weight, and half-life in days."""


def finder(material: Material) -> Finder:
    """Score by co-participation."""
    return blend([(weight, _at(material, days)) for weight, days in SCALES])


def _at(material: Material, half_life_days: int) -> Finder:
    taking_part = material.snapshot.person_object.csr(decay_column(half_life_days))
    taking_part.data[taking_part.data < FORGOTTEN] = 0
    taking_part.eliminate_zeros()
    taking_part = mapped(taking_part, np.sqrt(taking_part.data))
    people = np.bincount(taking_part.indices, minlength=taking_part.shape[1])
    weight = np.where(people < CROWD, 1 / np.maximum(people, 1), 0)
    weighted = scale_columns(taking_part, weight)
    weighted.eliminate_zeros()
    others = taking_part.T.tocsr()

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(weighted[askers], others)

    return find
