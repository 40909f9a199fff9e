"""How well a factor is known of a pair."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import FACTORS

Number = TypeVar("Number", np.uint8, np.float32)

_LIKE_MINDEDNESS = FACTORS.index("like_mindedness")


def pair_confidence(
    askers: NDArray[Number], contacts: NDArray[Number], values: NDArray[Number]
) -> NDArray[Number]:
    """The smaller of what is known of the two sides: [..., 9], floats or bytes as they come.

    askers, contacts: [..., 9], confidence of each side; values: [..., 9], the factors of the pair.
    Like-mindedness alone may be unknown of two people of whom enough is known, where they have too
    little in common to compare; its value is then 0.

    >>> sure = np.full((1, 9), 200, np.uint8)
    >>> pair_confidence(sure, sure // np.uint8(2), np.zeros((1, 9), np.uint8))[0, 4:7]
    array([100,   0, 100], dtype=uint8)
    """
    known = np.minimum(askers, contacts)
    known[..., _LIKE_MINDEDNESS] *= values[..., _LIKE_MINDEDNESS] > 0
    return known
