"""Loops over rows of sparse matrices that multiply and choose, compiled.

Rows may be in any order, and what comes out is in none: putting them in order would cost more than
the rest. Each walks its rows once, with an array over all columns at hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.compiled import lazily

ROOM = 4
"""How many times as many as are wanted are gathered before the worst of them are let go."""


@lazily
def _roomier(values: Any, size: int, room: int) -> Any:
    out = np.empty(2 * room, values.dtype)
    out[:size] = values[:size]
    return out


@lazily
def _squeeze(columns: Any, values: Any, size: int, count: int) -> tuple[Any, Any]:
    """Keep the `count` largest of the first `size`, of equal ones the lowest columns, in front.

    Returns what a further value must be above, or at, below which column.
    """
    bar = np.partition(values[:size], size - count)[size - count]
    room = count - (values[:size] > bar).sum()
    last = np.partition(columns[:size][values[:size] == bar], room - 1)[room - 1]
    kept = 0
    for k in range(size):
        if values[k] > bar or (values[k] == bar and columns[k] <= last):
            columns[kept], values[kept] = columns[k], values[k]
            kept += 1
    return bar, last


@lazily
def _insert(columns: Any, values: Any, size: Any, column: Any, value: Any) -> Any:
    """Put a value into its place among the largest, of which it may push out the last."""
    at = size
    while at > 0 and (
        value > values[at - 1] or (value == values[at - 1] and column < columns[at - 1])
    ):
        if at < len(values):
            columns[at], values[at] = columns[at - 1], values[at - 1]
        at -= 1
    if at < len(values):
        columns[at], values[at] = column, value
        size = min(size + 1, len(values))
    return size


@lazily
def multiply(
    lp: Any, li: Any, lx: Any, rp: Any, ri: Any, rx: Any, width: int, total: Any
) -> tuple[Any, Any, Any]:
    """The product of two matrices without negative values, as indptr, indices and data.

    Sums are made in float32, in the order of the left rows. What is 0 is left out.
    total: float32 of 0, which it is again afterwards; for as many columns as are summed up at a
    time, which stay at hand for the processor if they are few. Right rows have to be in order,
    unless these are all.
    """
    window = max(len(total), 1)
    starts = np.zeros(len(lp), np.int64)
    columns, values = np.empty(0, np.int32), np.empty(0, np.float32)
    at = np.empty((lp[1:] - lp[:-1]).max() if len(lp) > 1 else 0, np.int64)
    size = 0
    for row in range(len(lp) - 1):
        first, count = lp[row], lp[row + 1] - lp[row]
        room = size + 1
        for k in range(count):
            at[k] = rp[li[first + k]]
            room += rp[li[first + k] + 1] - at[k]
        if room > len(columns):
            columns, values = _roomier(columns, size, room), _roomier(values, size, room)
        for low in range(0, width, window):
            end = size
            for k in range(count):
                j, stop, weight = at[k], rp[li[first + k] + 1], lx[first + k]
                while j < stop and ri[j] < low + window:
                    # Without a branch, and without minding negative places: most are new.
                    column = np.uint32(ri[j] - low)
                    columns[end] = column
                    end += total[column] == 0
                    total[column] += weight * rx[j]
                    j += 1
                at[k] = j
            for k in range(size, end):
                column = np.uint32(columns[k])
                columns[size], values[size] = column + low, total[column]
                size += total[column] > 0
                total[column] = 0
        starts[row + 1] = size
    return starts, columns[:size].copy(), values[:size].copy()


@lazily
def _mark(seen: Any, columns: Any, row: int) -> None:
    for k in range(len(columns)):
        seen[columns[k]] = row


@lazily
def take_others(
    indptr: Any, indices: Any, data: Any, barred_indptr: Any, barred: Any, seen: Any
) -> tuple[Any, Any, Any]:
    """What is not in the same row of `barred`, as indptr, indices and data, in its order.

    seen: int32 [columns] of -1, which it is again afterwards.
    """
    rows = len(indptr) - 1
    starts = np.zeros(rows + 1, np.int64)
    columns, values = np.empty_like(indices), np.empty_like(data)
    taken = 0
    for row in range(rows):
        mine = barred[barred_indptr[row] : barred_indptr[row + 1]]
        _mark(seen, mine, row)
        for k in range(indptr[row], indptr[row + 1]):
            if seen[indices[k]] != row:
                columns[taken], values[taken] = indices[k], data[k]
                taken += 1
        _mark(seen, mine, -1)
        starts[row + 1] = taken
    return starts, columns[:taken], values[:taken]


@lazily
def take_top(
    indptr: Any, indices: Any, data: Any, barred_indptr: Any, barred: Any, hidden: Any, seen: Any,
    count: int,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """The `count` largest values above 0 of every row, as indptr, indices and data.

    Of equal ones the lowest columns; none that is in the same row of `barred`, which may have no
    rows at all, or `hidden`, bool [columns] or of nothing, in every row. seen: int32 [columns] of
    -1, which it is again afterwards.
    """
    rows = len(indptr) - 1
    size = 0
    for row in range(rows):
        size += min(count, indptr[row + 1] - indptr[row])
    starts = np.zeros(rows + 1, np.int64)
    columns, values = np.empty(size, indices.dtype), np.empty(size, data.dtype)
    own_columns = np.empty(ROOM * max(count, 16), indices.dtype)
    own_values = np.empty(len(own_columns), data.dtype)
    taken = 0
    for row in range(rows):
        known = row < len(barred_indptr) - 1
        mine = barred[barred_indptr[row] : barred_indptr[row + 1]] if known else barred[:0]
        _mark(seen, mine, row)
        size, bar, last = 0, np.float32(0), -1
        for k in range(indptr[row], indptr[row + 1]):
            column, value = indices[k], data[k]
            if value < bar or (value == bar and column > last) or seen[column] == row:
                continue
            if len(hidden) and hidden[column]:
                continue
            own_columns[size], own_values[size] = column, value
            size += 1
            if size == len(own_columns):
                bar, last = _squeeze(own_columns, own_values, size, count)
                size = count
        if size > count:
            _squeeze(own_columns, own_values, size, count)
            size = count
        _mark(seen, mine, -1)
        columns[taken : taken + size] = own_columns[:size]
        values[taken : taken + size] = own_values[:size]
        taken += size
        starts[row + 1] = taken
    return starts, columns[:taken].copy(), values[:taken].copy()


@lazily
def merge(starts: Any, columns: Any, seen: Any) -> tuple[Any, Any]:
    """Every column of every row of some matrices once: rows ascending, and within each columns.

    starts: int64 [matrices, rows + 1], where the rows of each begin in `columns`;
    seen: int32 [width] of -1, which it is again afterwards.
    """
    lines, found = np.empty(len(columns), np.int64), np.empty(len(columns), np.int64)
    size = 0
    for row in range(starts.shape[1] - 1):
        first = size
        for matrix in range(starts.shape[0]):
            for k in range(starts[matrix, row], starts[matrix, row + 1]):
                if seen[columns[k]] != row:
                    seen[columns[k]] = row
                    found[size] = columns[k]
                    size += 1
        _mark(seen, found[first:size], -1)
        found[first:size].sort()
        lines[first:size] = row
    return lines[:size].copy(), found[:size].copy()


@lazily
def mark_best(starts: Any, scores: Any, count: int, out: Any) -> None:
    """Mark the `count` largest from each start to the next; of equal ones the first."""
    for i in range(len(starts) - 1):
        mine = scores[starts[i] : starts[i + 1]]
        if len(mine) <= count:
            out[starts[i] : starts[i + 1]] = True
            continue
        bar = np.partition(mine, len(mine) - count)[len(mine) - count]
        room = count - (mine > bar).sum()
        for k in range(len(mine)):
            if mine[k] > bar or (mine[k] == bar and room > 0):
                out[starts[i] + k] = True
                room -= mine[k] == bar


@lazily
def take_foremost(
    indptr: Any, indices: Any, data: Any, groups: Any, closed_indptr: Any, closed: Any,
    group_count: int, count: int,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """The `count` largest of every group in every row, as indptr, indices and data.

    groups: int32 [columns]; of equal values the lowest columns; nothing of the groups that are in
    the same row of `closed`.
    """
    rows = len(indptr) - 1
    starts = np.zeros(rows + 1, np.int64)
    columns, values = np.empty_like(indices), np.empty_like(data)
    best_columns = np.empty((group_count, count), indices.dtype)
    best_values = np.empty((group_count, count), data.dtype)
    shut, seen = np.full(group_count, -1), np.full(group_count, -1)
    sizes = np.zeros(group_count, np.int64)
    taken = 0
    for row in range(rows):
        for k in range(closed_indptr[row], closed_indptr[row + 1]):
            shut[closed[k]] = row
        for k in range(indptr[row], indptr[row + 1]):
            group = groups[indices[k]]
            if shut[group] == row:
                continue
            if seen[group] != row:
                seen[group], sizes[group] = row, 0
            sizes[group] = _insert(
                best_columns[group], best_values[group], sizes[group], indices[k], data[k]
            )
        for k in range(indptr[row], indptr[row + 1]):
            group = groups[indices[k]]
            if seen[group] == row:
                seen[group] = -1
                size = sizes[group]
                columns[taken : taken + size] = best_columns[group, :size]
                values[taken : taken + size] = best_values[group, :size]
                taken += size
        starts[row + 1] = taken
    return starts, columns[:taken].copy(), values[:taken].copy()
