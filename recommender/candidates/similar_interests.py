"""People with a mix of interests like one's own: nearest vectors of person × topic.

It needs no contact and no word in common, so it reaches people whom nothing else links to the
asker, and newcomers.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material, nearest_people


def finder(material: Material) -> Finder:
    """Score by the cosine of the two vectors, where above 0."""
    vectors = material.topic_vectors
    search = nearest_people(vectors, material.config)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return search(vectors[askers])

    return find
