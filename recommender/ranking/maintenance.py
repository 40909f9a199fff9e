"""Which fading ties want care first (science §8.8, "maintain").

    score = peak · (1 - returns) ^ NOT_ANYWAY · (1 + OWED · owed)

What the tie was at its best, as far as it would not come back by itself; a tie whose contact spoke
last, and waits for an answer, comes before others of its strength. Science §8.8 has an exponent of
1, which puts ties that never were strong before strong ones: see docs/model.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOT_ANYWAY = 0.25
"""Exponent of 1 - returns."""

OWED = 0.25
"""What an answer that is owed adds, as a share of the rest."""


def care(
    peak: NDArray[np.float32], returns: NDArray[np.float32], owed: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Float32 [...] in [0, 1 + OWED], of `Ties.peak`, `Ties.returns` and `Ties.owed`.

    >>> care(np.float32([.8, .8, .8]), np.float32([0, 0, .9375]), np.array([False, True, False]))
    array([0.8, 1. , 0.4], dtype=float32)
    """
    lasting = (1 - returns) ** np.float32(NOT_ANYWAY)
    return np.asarray(peak * lasting * (1 + np.float32(OWED) * owed), np.float32)
