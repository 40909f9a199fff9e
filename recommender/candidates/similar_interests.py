"""People with a mix of interests like one's own: nearest vectors of person × topic.

It needs no contact and no word in common, so it reaches people whom nothing else links to the
asker, and newcomers.
"""

from __future__ import annotations

from recommender.candidates.base import Finder, Material, NearestPeople


def finder(material: Material) -> Finder:
    """Score by the cosine of the two vectors, where above 0."""
    vectors = material.topic_vectors
    return NearestPeople(vectors, lambda askers: vectors[askers], material)
