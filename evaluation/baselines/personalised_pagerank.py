"""Where a walker ends who follows ties and keeps going home (Page et al. 1999; Haveliwala 2002)."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.baselines.base import Scorer
from evaluation.known import Known
from recommender.sparse import share_rows

RESTART = 0.3
"""Chance of every step to be one home, to the asker."""

SWEEPS = 12
"""Steps of the power iteration: what is still under way after them is .7^12, or 1.4 %."""


def scorer(known: Known) -> Scorer:
    """Chances, which sum to 1 for every asker; ties weigh log(1 + decayed contact)."""
    alone = sp.diags((np.diff(known.tied.indptr) == 0).astype(np.float32))
    steps = sp.csr_matrix((share_rows(known.tied) + alone).T, dtype=np.float32)

    def score(askers: NDArray[np.int32]) -> NDArray[np.float32]:
        lines = np.arange(len(askers))
        chances = np.zeros((known.people, len(askers)), np.float32)
        chances[askers, lines] = 1
        for _ in range(SWEEPS):
            chances = steps @ chances
            chances *= 1 - RESTART
            chances[askers, lines] += RESTART
        return np.ascontiguousarray(chances.T)

    return score
