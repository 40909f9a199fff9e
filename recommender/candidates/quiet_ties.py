"""Past ties that went quiet: the candidates for picking up again."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from recommender.candidates.base import Material
from recommender.domain.slate import SHORTEST_SILENCE_DAYS
from recommender.ties import quiet


def quiet_ties(material: Material) -> sp.csr_matrix:
    """Every quiet tie from both ends, CSR [n, n]; values are 1 + the tie's place in `Ties`."""
    ties = material.ties
    chosen = quiet(ties, slice(None), material.snapshot.as_of_microseconds, SHORTEST_SILENCE_DAYS)
    place = np.flatnonzero(chosen)
    cells = (ties.persons()[chosen], ties.contacts[chosen])
    return sp.csr_matrix((place + 1, cells), (ties.people, ties.people))
