"""People who are active lately in the topics that the asker works on or wants to learn.

Σ_z mine(z) · √(theirs, lately)(z) / √(all of that topic): my share of interest times their
activity, damped so that neither one loud topic nor one loud person decides. "Lately" is taken at
several scales at once, from two weeks to a quarter of a year: on every network that was measured
they together do better than any one of them, and than any classic predictor.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.candidates.blend import blend
from recommender.candidates.interest import interest
from recommender.domain.tables import decay_column
from recommender.sparse import mapped, product, row_sums, scale_rows, top_per_row

PER_TOPIC = 1000
"""People of one topic who are looked at, most active first: bounds the work a broad one makes."""

SCALES = ((0.9, 90, 14), (1.2, 90, 30), (0.8, 90, 90), (0.8, 14, 14))
"""Weight, half-life of the asker's interest, and of the others' activity, in days."""


def finder(material: Material) -> Finder:
    """Score by recent activity in shared topics."""
    mine = {days: interest(material, days) for days in {asker for _, asker, _ in SCALES}}
    lively = {days: _lively(material, days) for days in {theirs for *_, theirs in SCALES}}
    return blend(
        [(weight, _product(mine[asker], lively[theirs])) for weight, asker, theirs in SCALES]
    )


def _lively(material: Material, half_life_days: int) -> sp.csr_matrix:
    worked = material.snapshot.person_topic
    theirs = worked.csr(decay_column(half_life_days), worked.taking_part())
    theirs = mapped(theirs, np.sqrt(theirs.data))
    lively = top_per_row(theirs.T.tocsr(), PER_TOPIC)
    return scale_rows(lively, 1 / np.sqrt(np.maximum(row_sums(lively), 1e-9)))


def _product(mine: sp.csr_matrix, lively: sp.csr_matrix) -> Finder:
    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(mine[askers], lively)

    return find
