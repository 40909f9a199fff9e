"""Inverse propensity scoring (Horvitz & Thompson 1952; Li et al. 2011)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.offpolicy.terms import Terms, mean


def ips(weight: NDArray[np.float64], reward: NDArray[np.float64]) -> Terms:
    """(1/m) Σ w r, with w = π / p: what was earned, counted as often as the target would show it.

    weight: float64 [m], >= 0; reward: float64 [m]. Unbiased where every contact that the target
    can show had a chance of being shown, and p is right. Not invariant to a shift of the rewards.

    >>> ips(np.array([2.0, 0.0, 2.0, 0.0]), np.array([1.0, 1.0, 0.0, 0.0])).value
    0.5
    """
    return mean(weight * reward)
