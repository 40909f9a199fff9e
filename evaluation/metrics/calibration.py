"""Whether probabilities come true as often as they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata


def reliability(
    predicted: NDArray[np.floating], happened: NDArray[np.generic], bins: int = 10
) -> list[tuple[float, float, int]]:
    """Mean predicted, observed share and count of each bin, ascending: a reliability diagram.

    predicted: probabilities [m]; happened: 0 or 1 [m]. The bins hold equally many (Nixon et al.
    2019); equal predictions stay together, so that the order of the arguments does not matter,
    and bins that this leaves empty are not given.

    >>> reliability(np.array([0.1, 0.9, 0.3, 0.7]), np.array([0, 1, 0, 0]), bins=2)
    [(0.2, 0.0, 2), (0.8, 0.5, 2)]
    """
    middle = np.asarray(rankdata(predicted), np.float64) - 0.5
    places = (middle * bins / max(len(predicted), 1)).astype(np.int64)
    return [
        (float(predicted[here].mean()), float(happened[here].mean()), int(here.sum()))
        for here in (places == place for place in np.unique(places))
    ]


def calibration_error(
    predicted: NDArray[np.floating], happened: NDArray[np.generic], bins: int = 10
) -> float:
    """Expected calibration error (Naeini, Cooper & Hauskrecht 2015), over bins of equal mass.

    Mean over `reliability`'s bins, weighted by count, of |mean predicted - observed share|; in
    [0, 1], NaN without predictions.

    >>> round(calibration_error(np.array([0.1, 0.9, 0.3, 0.7]), np.array([0, 1, 0, 0]), bins=2), 3)
    0.25
    """
    found = reliability(predicted, happened, bins)
    if not found:
        return float("nan")
    said, seen, count = np.array(found).T
    return float(np.average(np.abs(said - seen), weights=count))


def brier(predicted: NDArray[np.floating], happened: NDArray[np.generic]) -> float:
    """Mean squared distance of probabilities from what happened (Brier 1950); NaN without any.

    In [0, 1]; a coin's probability of one half always scores 0.25.

    >>> brier(np.array([0.5, 1.0]), np.array([0, 1]))
    0.125
    """
    if not len(predicted):
        return float("nan")
    return float(np.mean((predicted - happened.astype(np.float64)) ** 2))
