"""Orders of slots: those that are kept, and the best first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import BOOL, F4, I4, I8, compiled, read, within, written


def moved_up(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The slots that are kept, in the order they have: int64 [b, m], -1 where there are no more.

    kept: bool [b, k]. As wide as the line that keeps most.

    >>> moved_up(np.array([[True, False, True], [False, False, True]]))
    array([[ 0,  2],
           [ 2, -1]])
    """
    order, most = np.empty(kept.shape, np.int64), np.zeros(1, np.int64)
    _move_up(kept, order, most)
    return np.ascontiguousarray(order[:, : most[0]])


def best_first(scores: NDArray[np.float32], rows: NDArray[np.int32]) -> NDArray[np.int64]:
    """Slots by score, highest first, and of equal scores by row, lowest first: int64 [b, k].

    scores: float32 [b, k]; rows: int32 [b, k], -1 in empty slots, which come last.

    >>> best_first(np.array([[1, 2, 1, 0]], np.float32), np.array([[5, 7, 3, -1]], np.int32))
    array([[1, 2, 0, 3]])
    """
    order = np.empty(scores.shape, np.int64)
    _sort(scores, rows, np.empty(scores.shape[1], np.int64), order)
    return order


@compiled(read(BOOL, 2), written(I8, 2), written(I8))
def _move_up(kept: Any, order: Any, most: Any) -> None:
    for line in range(kept.shape[0]):
        place = 0
        for slot in range(kept.shape[1]):
            if kept[line, slot]:
                order[line, place] = slot
                place += 1
        order[line, place:] = -1
        most[0] = max(most[0], place)


@within
def _before(scores: Any, rows: Any, one: Any, other: Any) -> Any:
    """Whether slot `one` of a line may come before slot `other`."""
    if scores[one] != scores[other]:
        return scores[one] > scores[other]
    if (rows[one] < 0) != (rows[other] < 0):
        return rows[one] >= 0
    return rows[one] <= rows[other]


@compiled(read(F4, 2), read(I4, 2), written(I8), written(I8, 2))
def _sort(scores: Any, rows: Any, spare: Any, order: Any) -> None:
    """Merge sort of every line, from runs of one to the whole."""
    count = scores.shape[1]
    for line in range(scores.shape[0]):
        slots, values, people = order[line], scores[line], rows[line]
        slots[:] = np.arange(count)
        run = 1
        while run < count:
            for low in range(0, count, 2 * run):
                middle, high = min(low + run, count), min(low + 2 * run, count)
                left, right = low, middle
                for place in range(low, high):
                    left_first = left < middle and right < high
                    if left_first:
                        left_first = _before(values, people, slots[left], slots[right])
                    if right >= high or left_first:
                        spare[place] = slots[left]
                        left += 1
                    else:
                        spare[place] = slots[right]
                        right += 1
                slots[low:high] = spare[low:high]
            run *= 2
