"""Self-normalised inverse propensity scoring (Swaminathan & Joachims 2015; science §8.12)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.offpolicy.terms import Terms


def snips(weight: NDArray[np.float64], reward: NDArray[np.float64]) -> Terms:
    """Σ w r / Σ w, with w = π / p: a weighted mean, which stays within the rewards seen.

    weight: float64 [m], >= 0; reward: float64 [m]. Biased by O(1/m), and steadier than `ips`;
    NaN where no place agrees with the target.

    >>> snips(np.array([2.0, 0.0, 2.0, 0.0]), np.array([11.0, 11.0, 10.0, 10.0])).value
    10.5
    """
    return Terms(weight * reward, weight)
