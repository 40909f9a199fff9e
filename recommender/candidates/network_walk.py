"""People who are often come by on a walk through the asker's network: personalised PageRank.

A walker starts at the asker, follows ties in proportion to log(1 + contact decayed by half every
180 days), and goes home after each step with chance HOME (Page et al. 1999; Jeh & Widom 2003).
Three steps are counted; beyond, a walk says little of where it began. Few steps and few ties a
person bound the work, and it reaches people with whom nobody is shared yet.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material, visible
from recommender.sparse import mapped, product, share_rows, top_per_row, weighted_sum

HOME = 0.3
"""Chance of going home after a step."""

STEPS = 3
"""Steps that are followed."""

TIES = 100
"""Ties of one person that a walker may take, the strongest."""

REACHED = 400
"""People from whom a walk goes on, those most often reached."""


def finder(material: Material) -> Finder:
    """Score by how often the walk comes by."""
    decayed = material.snapshot.person_contact.csr("decay_180")
    both = visible((decayed + decayed.T).tocsr(), material.snapshot)
    ways = share_rows(top_per_row(mapped(both, np.log1p(both.data)), TIES))

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        visits = [(HOME, ways[askers])]
        for step in range(1, STEPS):
            here = product(top_per_row(visits[-1][1], REACHED), ways)
            visits.append((HOME * (1 - HOME) ** step, here))
        return weighted_sum(visits)

    return find
