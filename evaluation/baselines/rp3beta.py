"""Where three random steps along ties lead, popular people held back: RP³β.

(P³) / degree^β, of Paudel et al. 2017 after Christoffel et al. 2015; people stand on both sides of
their graph of users and items.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.baselines.base import Scorer
from evaluation.known import Known
from recommender.sparse import row_sums, scale_columns, share_rows

BETA = 0.4
"""How far popularity is held back: 0 not at all, 1 in proportion."""


def scorer(known: Known) -> Scorer:
    """Chances of three steps, divided by the weight of all of a person's ties to the power β."""
    steps = share_rows(known.tied)
    weight = row_sums(known.tied)
    held_back = np.power(weight, -BETA, out=np.zeros_like(weight), where=weight > 0)
    last = scale_columns(steps, held_back).T.tocsr()

    def score(askers: NDArray[np.int32]) -> NDArray[np.float32]:
        # The last step from dense to dense: as a sparse product it would take twice the memory.
        return np.ascontiguousarray((last @ (steps[askers] @ steps).toarray().T).T)

    return score
