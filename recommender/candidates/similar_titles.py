"""People whose threads, documents or courses are called alike, though they never met in one.

The cosine of what the two took part in (`text.person_vectors`), times how surely the other is
around these weeks. Nothing where objects have no titles, and nothing below a cosine of `ALIKE`:
two titles share some pieces of words by chance, and then not much the same is talked about.
"""

from __future__ import annotations

import numpy as np

from recommender.candidates.base import Finder, Material, NearestPeople
from recommender.sparse import pattern
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
    weighted = vectors * active[:, None]
    return NearestPeople(weighted, lambda askers: vectors[askers], material, least=ALIKE * active)
