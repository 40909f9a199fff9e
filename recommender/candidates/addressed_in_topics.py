"""People to whom others turn lately in the topics that the asker works on or wants to learn.

Σ_z mine(z) · √(how much they were addressed about z) / √(all of that topic), half-life 90 days.
Needs interactions that say what they are about; without them it finds nobody.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.active_in_topics import PER_TOPIC
from recommender.candidates.base import Finder, Material
from recommender.candidates.interest import interest
from recommender.sparse import mapped, product, row_sums, scale_rows, top_per_row


def finder(material: Material) -> Finder:
    """Score by being addressed in shared topics."""
    about = material.snapshot.person_contact_topic
    _, contact, topic = about.keys
    shape = (about.shape[2], about.shape[1])
    addressed = sp.csr_matrix((about.measures["decay_90"], (topic, contact)), shape)
    asked = top_per_row(mapped(addressed, np.sqrt(addressed.data)), PER_TOPIC)
    asked = scale_rows(asked, 1 / np.sqrt(np.maximum(row_sums(asked), 1e-9)))
    mine = interest(material, 90)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(mine[askers], asked)

    return find
