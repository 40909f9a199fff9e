"""What an asker cares about, as shares that sum to 1: what several sources start from."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Material
from recommender.domain.tables import decay_column
from recommender.sparse import column_sums, mapped, scale_rows, share_rows, top_per_row

COMMON_TOPICS = 20
"""Topics, the liveliest, that stand for the interests of those of whom nothing is known."""


def interest(material: Material, half_life_days: int) -> sp.csr_matrix:
    """Shares of interest, float32 CSR [n, t]: √ of recent work, and declared goals.

    Those with neither care for what everybody does.
    """
    worked = material.snapshot.person_topic
    recent = worked.csr(decay_column(half_life_days))
    recent = share_rows(mapped(recent, np.sqrt(recent.data)))
    goals = material.profiles.goals
    asked = scale_rows(
        goals, (material.profiles.declared_goals > 0) | (np.diff(recent.indptr) == 0)
    )
    mine = share_rows((recent + asked).tocsr())
    theirs = worked.csr("decay_30", worked.taking_part())
    return _with_strangers(mine, column_sums(mapped(theirs, np.sqrt(theirs.data))))


def _with_strangers(mine: sp.csr_matrix, everyone: NDArray[np.float64]) -> sp.csr_matrix:
    strangers = np.flatnonzero(np.diff(mine.indptr) == 0)
    if len(strangers) == 0 or everyone.sum() == 0:
        return mine
    common = sp.csr_matrix((everyone / everyone.sum()).astype(np.float32))
    picked = sp.csr_matrix(
        (np.ones(len(strangers), np.float32), (strangers, np.zeros(len(strangers), int))),
        (mine.shape[0], 1),
    )
    return sp.csr_matrix(mine + picked @ top_per_row(common, COMMON_TOPICS))
