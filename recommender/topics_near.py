"""Which topics are near one another though their ids differ: by words, and by who works on them."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.matrices import Matrix, Snapshot
from recommender.sparse import mapped, top_per_row, unit_rows
from recommender.text import topic_vectors

NEAREST = 20
"""Near topics that are kept of each."""

ALIKE, SHARED = 0.3, 0.1
"""Cosines from which two topics are near: of their words, and of the people who work on them."""

TOPICS_OF_ONE = 30
"""Topics of one person that link one another, her foremost: bounds the work."""

_BLOCK = 256


def near_topics(snapshot: Snapshot) -> sp.csr_matrix:
    """How near other topics are: float32 CSR [t, t] in (0, 1], nothing on the diagonal.

    1 - (1 - words)(1 - people): the cosine of what the two are called (`text.topic_vectors`) and
    that of log(1 + activity with a half-life of 365 days) over the same people, each only from its
    threshold on. Where there is no text, people alone; at most `NEAREST` of each topic.
    """
    size = len(snapshot.topic_ids)
    vectors, people = topic_vectors(snapshot), _people_of_topics(snapshot.person_topic)
    blocks = [sp.csr_matrix(np.zeros((0, size), np.float32))]
    for start in range(0, size, _BLOCK):
        block = slice(start, start + _BLOCK)
        far = _apart((people[block] @ people.T).toarray(), SHARED)
        if vectors is not None:
            far *= _apart(vectors[block] @ vectors.T, ALIKE)
        near = 1 - far
        near[np.arange(len(near)), start + np.arange(len(near))] = 0
        blocks.append(top_per_row(sp.csr_matrix(near), NEAREST))
    return sp.csr_matrix(sp.vstack(blocks), dtype=np.float32)


def _apart(cosines: NDArray[np.float32], least: float) -> NDArray[np.float32]:
    return 1 - np.where(cosines >= least, cosines, 0).clip(0, 1)


def _people_of_topics(worked: Matrix) -> sp.csr_matrix:
    """Who works on each topic, rows of length 1: float32 CSR [t, n]."""
    part = worked.csr("decay_365", worked.taking_part())
    part = top_per_row(mapped(part, np.log1p(part.data)), TOPICS_OF_ONE)
    return unit_rows(part.T.tocsr())
