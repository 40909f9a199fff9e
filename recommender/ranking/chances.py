"""Chances that two strangers address one another within 90 days, as a model keeps them.

    addresses   the asker addresses the candidate
    addressed   the candidate addresses the asker
    answers     the candidate addresses the asker, where the asker addresses her
    mutual      harmonic mean of the first two (science §8.7)

Bytes on the scale of logarithms, since most chances are small. `reciprocity` learns them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import within
from recommender.growing import stretches

CHANCES = ("addresses", "addressed", "answers")
"""What is predicted, in the order of every array of chances."""

PER_HALVING = 16
"""Bytes from a chance to half of it: neighbours are 4.4 % apart."""

GRID = 256
"""Values of mutual chances between which others are placed."""


def mutual(chances: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Harmonic mean of the chances that either addresses the other: float32 [...] in [0, 1].

    chances: uint8 [..., CHANCES].

    >>> float(mutual(to_chance(np.array([0.5, 0.5, 1.0]))))
    0.5
    """
    one, other = from_chance(chances[..., 0]), from_chance(chances[..., 1])
    total = one + other
    out = np.zeros_like(total)
    return np.asarray(np.divide(2 * one * other, total, out=out, where=total > 0), np.float32)


def grid_of(chances: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Mutual chances at even steps of a model's pairs: float32 [GRID], ascending; 0 if none.

    chances: uint8 [m, CHANCES], of any number of pairs: they are only counted.
    """
    both = np.zeros(1 << 16, np.int64)
    for some in stretches(chances):
        one, other = some[:, :2].T
        both += np.bincount(one.astype(np.intp) << 8 | other, minlength=len(both))
    seen = np.flatnonzero(both)
    seen = seen[seen >= 1 << 8]
    if not len(seen):
        return np.zeros(GRID, np.float32)
    values = mutual(np.column_stack([seen >> 8, seen & 255]).astype(np.uint8))
    order = np.argsort(values, kind="stable")
    return _quantiles(values[order], np.cumsum(both[seen][order]))


def _quantiles(values: NDArray[np.float32], up_to: NDArray[np.int64]) -> NDArray[np.float32]:
    """Quantiles at even steps, float32 [GRID], of ascending values; up_to: how many lie so far."""
    at = np.linspace(0, 1, GRID) * (up_to[-1] - 1)
    below = values[np.searchsorted(up_to, np.floor(at), "right")]
    above = values[np.searchsorted(up_to, np.ceil(at), "right")]
    share = at - np.floor(at)
    return np.asarray(below + (above - below) * share, np.float32)


def standing(chances: NDArray[np.uint8], grid: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """How the mutual chances of pairs compare with those of all: float32 [...] in [0, 1].

    None where the model knows of none. A chance of 2 % is much between strangers: as it stands it
    would say nothing beside factors, of which the middle is .5.
    """
    if not grid[-1]:
        return None
    return np.asarray(np.searchsorted(grid, mutual(chances), "right") / GRID, np.float32)


@within
def mutual_of(stored: Any, entry: Any, chance: Any) -> Any:
    """`mutual` of one pair, for compiled loops. stored: uint8 [m, CHANCES]; chance: CHANCE."""
    one, other = chance[stored[entry, 0]], chance[stored[entry, 1]]
    total = one + other
    return np.float32(2) * one * other / total if total > 0 else np.float32(0)


@within
def standing_of(stored: Any, entry: Any, chance: Any, grid: Any) -> Any:
    """`standing` of one pair, for compiled loops."""
    value, low, high = mutual_of(stored, entry, chance), 0, GRID
    while low < high:
        middle = (low + high) // 2
        if grid[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return np.float32(low / GRID)


def to_chance(chances: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Chances in (0, 1] as bytes: 255 stands for 1, and each PER_HALVING less for half; 1 least.

    >>> to_chance(np.array([1.0, 0.5, 1e-9]))
    array([255, 239,   1], dtype=uint8)
    """
    steps = 255 + PER_HALVING * np.log2(np.maximum(chances, 1e-9))
    return np.asarray(np.clip(np.rint(steps), 1, 255), np.uint8)


def from_chance(bytes_: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The inverse of `to_chance`; 0 stands for unknown, and gives 0."""
    return CHANCE[bytes_]


CHANCE = np.exp2((np.arange(256, dtype=np.float32) - 255) / PER_HALVING)
CHANCE[0] = 0
"""What each byte stands for, float32 [256]."""
