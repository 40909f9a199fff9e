"""People who work on topics near to the asker's, though they share none of these by id.

Her interests and goals are spread over near topics (`recommender.topics_near`): by what topics and
their objects are called, and by who works on both. Then, as for her own topics, whoever is active
there lately (half-life 30 days) or declares to know them. Her own topics are left out: those are
for the other sources.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.candidates.declared import declared_skills
from recommender.kernels import strongest_shared
from recommender.sparse import (
    mapped,
    product,
    row_sums,
    scale_rows,
    share_rows,
    top_per_row,
    without,
)
from recommender.topics_near import near_topics

PER_TOPIC = 200
"""People of one topic who are looked at, most active first: bounds the work a broad one makes."""

SPREAD_FROM = 20
"""Topics of one asker that are spread, her foremost."""

DECLARED = 0.5
"""What a declared skill counts, where √(lately active) counts as it is."""


def finder(material: Material) -> Finder:
    """Score by recent activity in near topics."""
    spread, there = _Spread(material), _there(material)
    lively = top_per_row(there.T.tocsr(), PER_TOPIC)
    lively = scale_rows(lively, 1 / np.sqrt(np.maximum(row_sums(lively), 1e-9)))

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(spread(askers), lively)

    return find


class NearTopics:
    """Finds the topic of a contact that is nearest to those of an asker, though none of hers."""

    def __init__(self, material: Material) -> None:
        self._spread, self._there = _Spread(material), _there(material)

    def __call__(self, askers: NDArray[np.int32], contacts: NDArray[np.int32]) -> NDArray[np.int32]:
        """A topic of each pair: int32 [m], -1 where they have none."""
        people, lines = np.unique(askers, return_inverse=True)
        return strongest_shared(self._spread(people), self._there, lines, contacts)[0]


class _Spread:
    """What askers care for, spread over near topics."""

    def __init__(self, material: Material) -> None:
        profiles = material.profiles
        asked = scale_rows(profiles.goals, np.sign(profiles.declared_goals, dtype=np.float32))
        care = sp.csr_matrix(share_rows(profiles.recent) + asked)
        self._own = sp.csr_matrix(care + profiles.interests)
        self._mine = share_rows(top_per_row(care, SPREAD_FROM))
        self._near = near_topics(material.snapshot)

    def __call__(self, askers: NDArray[np.int32]) -> sp.csr_matrix:
        """Float32 CSR [b, t], without the asker's own topics."""
        return without(product(self._mine[askers], self._near), self._own[askers])


def _there(material: Material) -> sp.csr_matrix:
    """Who is found in which topic: float32 CSR [n, t]."""
    worked = material.snapshot.person_topic
    lately = worked.csr("decay_30", worked.taking_part())
    active = mapped(lately, np.sqrt(lately.data))
    return sp.csr_matrix(active + DECLARED * declared_skills(material.snapshot), dtype=np.float32)
