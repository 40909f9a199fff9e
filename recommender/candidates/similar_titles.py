"""People whose threads, documents or courses are called alike, though they never met in one.

The cosine of what the two took part in (`text.person_vectors`), times how surely the other is
around these weeks. Nothing where objects have no titles.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material, nearest_people
from recommender.text import person_vectors


def finder(material: Material) -> Finder:
    """Score by the cosine, where above 0, times activity."""
    vectors, n = person_vectors(material.snapshot), len(material.snapshot.person_ids)
    if vectors is None:
        return lambda askers: sp.csr_matrix(np.zeros((len(askers), n), np.float32))
    # The search ranks by the product, because activity scales the vectors that it looks through.
    search = nearest_people(vectors * material.profiles.active[:, None], material.config)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return search(vectors[askers])

    return find
