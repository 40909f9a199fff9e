"""People whom the asker's contacts turn to lately: two steps along who addresses whom.

Σ_w log(1 + I addressed w) · log(1 + w addressed them), half-life 90 days. Unlike contacts in
common it has a direction: it finds those who are asked, not those who ask.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material, visible
from recommender.candidates.shared_contacts import NEIGHBOURS
from recommender.sparse import mapped, product, top_per_row


def finder(material: Material) -> Finder:
    """Score by two steps of being addressed."""
    snapshot = material.snapshot
    decayed = visible(snapshot.person_contact.csr("decay_90"), snapshot)
    addressed = top_per_row(mapped(decayed, np.log1p(decayed.data)), NEIGHBOURS)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(addressed[askers], addressed)

    return find
