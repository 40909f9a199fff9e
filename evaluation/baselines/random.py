"""A shuffle: what lists are worth that know nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.baselines.base import Scorer
from evaluation.known import Known


def scorer(known: Known) -> Scorer:
    """Places 1 to n, drawn anew for each asker from the seed and her row."""

    def places(asker: int) -> NDArray[np.float32]:
        draw = np.random.default_rng([known.seed, asker])
        return draw.permutation(np.arange(1, known.people + 1, dtype=np.float32))

    def score(askers: NDArray[np.int32]) -> NDArray[np.float32]:
        out = np.empty((len(askers), known.people), np.float32)
        for line, asker in enumerate(askers):
            out[line] = places(int(asker))
        return out

    return score
