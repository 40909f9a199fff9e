"""People who are new here and care for the same topics: worth meeting before they are well known.

2^(-age / 30 days) · cosine of the two mixes of interests, goals and declared skills. Age counts
from joining or from the first event that they are part of, whichever is earlier, up to 90 days.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.candidates.declared import declared_skills
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot
from recommender.sparse import product, scale_rows, top_per_row, unit_rows

NEW_DAYS, HALF_LIFE_DAYS = 90.0, 30.0
"""How long somebody is new, and after how long half as new."""

PER_TOPIC = 1000
"""Newcomers of one topic who are looked at, the foremost: bounds the work a broad one makes."""


def finder(material: Material) -> Finder:
    """Score newcomers by shared topics."""
    profiles, new = material.profiles, newness(material.snapshot)
    told = profiles.goals + declared_skills(material.snapshot)
    mixes = unit_rows(sp.csr_matrix(profiles.recent + told))
    topic = material.snapshot.person_topic
    worked = profiles.recent.multiply(topic.csr("count", topic.taking_part()) > 0)
    # What somebody only looked at brings nobody to her.
    theirs = scale_rows(unit_rows(sp.csr_matrix(worked + told)), new)
    others = top_per_row(theirs.T.tocsr(), PER_TOPIC)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(mixes[askers], others)

    return find


def newness(snapshot: Snapshot) -> NDArray[np.float32]:
    """How new each person is: float32 [n] in [0, 1], 0 from `NEW_DAYS` on.

    Nobody is called new of whom neither an event nor the time of joining is known, or who joins
    later than the snapshot.
    """
    first = first_seen(snapshot)
    age = (snapshot.as_of_microseconds - first) / DAY_MICROSECONDS
    fresh = (first >= 0) & (age >= 0) & (age < NEW_DAYS)
    return np.where(fresh, 2 ** (-np.maximum(age, 0) / HALF_LIFE_DAYS), 0).astype(np.float32)


def first_seen(snapshot: Snapshot) -> NDArray[np.int64]:
    """When each person joined, acted or was addressed first: int64 [n] µs, -1 unknown.

    Whoever was here before the events begin, or was written to and said nothing, is not new.
    """
    never = np.iinfo(np.int64).max
    first = np.where(snapshot.joined >= 0, snapshot.joined, never)
    for events in (snapshot.activities, snapshot.interactions):
        for people in (events.persons, events.contacts):
            known = people >= 0
            np.minimum.at(first, people[known], events.at[known])
    return np.where(first < never, first, -1)
