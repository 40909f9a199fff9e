"""Logistic regression that starts from what is known elsewhere and listens to the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

PRIOR_WEIGHT = 10.0
"""How firmly coefficients stay where they start: the weight is 1 / variance."""

_STEPS = 30
_TOLERANCE = 1e-8
_DIGITS = 6


def fit(
    x: NDArray[np.float64],
    y: NDArray[np.bool_],
    start: NDArray[np.float64],
    weight: float = PRIOR_WEIGHT,
) -> NDArray[np.float64]:
    """Coefficients for P(y) = expit(x · b), drawn towards `start`: float64 [d].

    x: [m, d], of which the first column is 1 and is drawn to nothing much; y: [m]; start: [d].
    The maximum a posteriori for normal priors, by Newton's method; without data it is `start`.
    Rounded to six decimals, so that the last bits of a sum do not show.
    """
    held = np.full(len(start), weight)
    held[0] = weight / 100
    b = start.astype(np.float64)
    for _ in range(_STEPS):
        p = expit(x @ b)
        slope = x.T @ (y - p) - held * (b - start)
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.diag(held)
        step = np.linalg.solve(curve, slope)
        # Far from the optimum a full step may leap over it.
        b = b + step * min(1.0, 5.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < _TOLERANCE:
            break
    return np.round(b, _DIGITS)


def with_one(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """x, [m, d], with a first column of 1: [m, d + 1]."""
    return np.concatenate([np.ones((len(x), 1)), x], axis=1)
