"""People whose threads, documents or courses are called alike, though they never met in one.

The cosine of what the two took part in (`text.person_vectors`), times how surely the other is
around these weeks. Nothing where objects have no titles, and nothing below a cosine of `ALIKE`:
two titles share some pieces of words by chance, and then not much the same is talked about.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material, nearest_people
from recommender.sparse import mapped, pattern
from recommender.text import person_vectors

ALIKE = 0.3
"""Cosine from which two people's titles are alike."""


def finder(material: Material) -> Finder:
    """Score by the cosine, where above 0, times activity."""
    vectors, n = person_vectors(material.snapshot), len(material.snapshot.person_ids)
    if vectors is None:
        nobody = np.empty(0, np.int32)
        return lambda askers: pattern(nobody, nobody, (len(askers), n))
    active = material.profiles.active
    # The search ranks by the product, because activity scales the vectors that it looks through.
    search = nearest_people(vectors * active[:, None], material.config)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        near = search(vectors[askers])
        alike = mapped(near, np.where(near.data >= ALIKE * active[near.indices], near.data, 0))
        alike.eliminate_zeros()
        return alike

    return find
