"""People who are active lately in the topics that the asker works on or wants to learn.

Σ_z mine(z) · √(theirs, last weeks)(z) / √(all of that topic): my share of interest times their
activity (half-life 30 days), damped so that neither one loud topic nor one loud person decides.
On chat data this alone is stronger than any single classic predictor.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.sparse import column_sums, mapped, row_sums, scale_rows, share_rows, top_per_row

PER_TOPIC = 1000
"""People of one topic who are looked at, most active first: bounds the work a broad one makes."""


def finder(material: Material) -> Finder:
    """Score by recent activity in shared topics."""
    worked = material.snapshot.person_topic
    theirs = worked.csr("decay_30", worked.taking_part())
    theirs = mapped(theirs, np.sqrt(theirs.data))
    lively = top_per_row(theirs.T.tocsr(), PER_TOPIC)
    lively = scale_rows(lively, 1 / np.sqrt(np.maximum(row_sums(lively), 1e-9)))
    mine = _interest(material, column_sums(theirs))

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return sp.csr_matrix(mine[askers] @ lively)

    return find


def _interest(material: Material, everyone: NDArray[np.float64]) -> sp.csr_matrix:
    """Shares of interest: recent work and declared goals; for those with neither, everyone's."""
    recent = material.snapshot.person_topic.csr("decay_90")
    recent = share_rows(mapped(recent, np.sqrt(recent.data)))
    goals = material.profiles.goals
    asked = scale_rows(
        goals, (material.profiles.declared_goals > 0) | (np.diff(recent.indptr) == 0)
    )
    mine = share_rows((recent + asked).tocsr())
    strangers = np.flatnonzero(np.diff(mine.indptr) == 0)
    if len(strangers) == 0 or everyone.sum() == 0:
        return mine
    common = sp.csr_matrix((everyone / everyone.sum()).astype(np.float32))
    picked = sp.csr_matrix(
        (np.ones(len(strangers), np.float32), (strangers, np.zeros(len(strangers), int))),
        (mine.shape[0], 1),
    )
    return sp.csr_matrix(mine + picked @ top_per_row(common, 20))
