"""The doubly robust estimator (Dudík, Langford & Li 2011)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.offpolicy.terms import Terms, mean


def doubly_robust(
    weight: NDArray[np.float64],
    reward: NDArray[np.float64],
    logged: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> Terms:
    """(1/m) Σ q(target) + w (r - q(shown)): a prediction, corrected by what was seen of it.

    weight: float64 [m], >= 0; reward: float64 [m]; logged: q of the contact that was shown;
    expected: q of the one that the target shows, both float64 [m]. Right on average where either
    the propensities or the predictions are, provided that q was not fitted on the same person.

    >>> w, r = np.array([2.0, 0.0]), np.array([1.0, 0.0])
    >>> doubly_robust(w, r, logged=np.array([0.8, 0.3]), expected=np.array([0.8, 0.5])).value
    0.85
    """
    return mean(expected + weight * (reward - logged))
