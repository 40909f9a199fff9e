"""Catalogue coverage (Ge, Delgado-Battenfeld & Jannach 2010): who is ever shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.shown import share


def coverage(exposure: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of people with any exposure, float64 [..., n] to [...] in [0, 1]; NaN for nobody.

    >>> coverage(np.array([[0.5, 1.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0]]))
    array([0.5 , 0.25])
    """
    return share(np.count_nonzero(exposure, axis=-1), exposure.shape[-1])
