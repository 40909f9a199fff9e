"""Past ties that went quiet, to pick up again, and ties that fade, to take care of."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Material
from recommender.domain.slate import SHORTEST_SILENCE_DAYS
from recommender.ties import quiet


def quiet_ties(material: Material) -> sp.csr_matrix:
    """Every quiet tie from both ends, CSR [n, n]; values are 1 + the tie's place in `Ties`."""
    as_of = material.snapshot.as_of_microseconds
    return _places(material, quiet(material.ties, slice(None), as_of, SHORTEST_SILENCE_DAYS))


def fading_ties(material: Material) -> sp.csr_matrix:
    """Every tie that fades by its own rhythm, as the person sees it; values as in `quiet_ties`."""
    return _places(material, material.ties.fading)


def _places(material: Material, chosen: NDArray[np.bool_]) -> sp.csr_matrix:
    ties = material.ties
    cells = (ties.persons()[chosen], ties.contacts[chosen])
    # int64, because a float32 would not tell apart the places of more than 16 million ties.
    return sp.csr_matrix((np.flatnonzero(chosen) + 1, cells), (ties.people, ties.people))
