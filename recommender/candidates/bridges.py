"""People who would take the asker into communities that she lacks, the best of each.

Structural holes (Burt 1992): whoever works on her topics where she knows nobody brings what her
contacts cannot. The cosine of the two mixes of topics, times how surely the other is around; of
every community in which she has no contact, and which is not her own, only the best few.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.sparse import foremost, pattern, product, scale_rows, top_per_row, unit_rows

PER_COMMUNITY = 2
"""People of one community who are found."""

LOOKED_AT = 200
"""People of one topic who are looked at, the foremost: bounds the work that a broad one makes."""


def finder(material: Material) -> Finder:
    """Score by shared topics, where her network does not reach."""
    profiles, community = material.profiles, material.community
    wanted = unit_rows(sp.csr_matrix(profiles.recent + profiles.goals))
    there = scale_rows(unit_rows(profiles.recent), profiles.active)
    shown = (community >= 0) & material.snapshot.discoverable
    there = scale_rows(there, shown.astype(np.float32))
    others = top_per_row(there.T.tocsr(), LOOKED_AT)
    reached = reached_communities(material)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        near = product(wanted[askers], others)
        return foremost(near, community, reached[askers], PER_COMMUNITY)

    return find


def reached_communities(material: Material) -> sp.csr_matrix:
    """Communities of each person and of her contacts: CSR pattern [n, communities]."""
    ties, community = material.ties, material.community
    people = np.arange(len(community))
    persons = np.concatenate([people, ties.persons()])
    groups = np.concatenate([community, community[ties.contacts]])
    known = groups >= 0
    shape = (len(community), int(community.max(initial=-1)) + 1)
    return pattern(persons[known], groups[known], shape)
