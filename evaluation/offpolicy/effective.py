"""How many places a weighted mean is really worth (Kish 1965)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def effective_samples(weight: NDArray[np.float64]) -> float:
    """(Σ w)² / Σ w², in [0, m]: m where all weights are equal, 1 where one is alone.

    weight: float64 [m], >= 0. 0 where every weight is 0.

    >>> effective_samples(np.array([1.0, 1.0, 2.0, 0.0]))
    2.6666666666666665
    """
    squares = float(np.square(weight).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0
