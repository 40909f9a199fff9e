"""Unexpectedness (Murakami, Mori & Orihara 2008): who is not on the obvious lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.shown import mean_shown


def unexpected(lists: NDArray[np.int32], expected: list[NDArray[np.int32]]) -> NDArray[np.bool_]:
    """Which places, bool [b, k], show somebody whom no expected list [b, ...] of the asker has.

    >>> unexpected(np.array([[0, 1, -1]], np.int32), [np.array([[1]], np.int32)])
    array([[ True, False, False]])
    """
    out = lists >= 0
    for obvious in expected:
        out &= ~(lists[:, :, None] == obvious[:, None, :]).any(axis=2)
    return out


def unexpectedness(
    lists: NDArray[np.int32], expected: list[NDArray[np.int32]]
) -> NDArray[np.float64]:
    """Share of those shown whom none of the expected lists has, float64 [b]; NaN if empty.

    expected: what primitive systems answer the same askers, such as the first k by Adamic–Adar
    and by popularity (science §8.12).

    >>> unexpectedness(np.array([[0, 1], [-1, -1]], np.int32), [np.array([[1], [1]], np.int32)])
    array([0.5, nan])
    """
    return mean_shown(unexpected(lists, expected), lists)
