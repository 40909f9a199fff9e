"""Loops over pairs of sparse rows, compiled: what numpy would need gathers of whole rows for.

A pair costs a binary search in the longer row for each entry of the shorter one, so pairs with
hubs stay cheap. Rows must have sorted column indices.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.compiled import lazily, within


def pair_dots(
    left: sp.csr_matrix,
    right: sp.csr_matrix,
    left_rows: NDArray[np.integer[Any]],
    right_rows: NDArray[np.integer[Any]],
) -> NDArray[np.float32]:
    """Dot products of row left_rows[i] of `left` and right_rows[i] of `right`, float32 [m].

    >>> eye = sp.csr_matrix(np.eye(2, dtype=np.float32))
    >>> pair_dots(eye, eye, np.array([0, 0]), np.array([0, 1]))
    array([1., 0.], dtype=float32)
    """
    out = np.zeros(len(left_rows), np.float32)
    _dots(*_parts(left), *_parts(right), _rows(left_rows), _rows(right_rows), out)
    return out


def strongest_shared(
    left: sp.csr_matrix,
    right: sp.csr_matrix,
    left_rows: NDArray[np.integer[Any]],
    right_rows: NDArray[np.integer[Any]],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The column where a pair's product is largest (-1: none), and how many they share.

    Returns int32 [m] and int32 [m]. Of equal products the lowest column is taken.
    """
    best = np.full(len(left_rows), -1, np.int32)
    count = np.zeros(len(left_rows), np.int32)
    _shared(*_parts(left), *_parts(right), _rows(left_rows), _rows(right_rows), best, count)
    return best, count


def strongest_of_commonest(
    matrix: sp.csr_matrix,
    groups: NDArray[np.int32],
    left_rows: NDArray[np.integer[Any]],
    right_rows: NDArray[np.integer[Any]],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Of the group that most of the columns a pair shares are of, the strongest column.

    groups: int32 [columns], -1 for columns of no group. Returns the column and how many of that
    group they share, int32 [m] each: -1 and 0 where no shared column has a group. Of groups equally
    common, and of equal products, the lowest is taken.

    >>> two = sp.csr_matrix(np.array([[1, 1, 2, 1], [1, 1, 1, 1]], np.float32))
    >>> strongest_of_commonest(two, np.int32([7, 3, 3, -1]), np.array([0]), np.array([1]))
    (array([2], dtype=int32), array([2], dtype=int32))
    """
    best = np.full(len(left_rows), -1, np.int32)
    count = np.zeros(len(left_rows), np.int32)
    _grouped(*_parts(matrix), groups, _rows(left_rows), _rows(right_rows), best, count)
    return best, count


def _parts(matrix: sp.csr_matrix) -> tuple[Any, Any, Any]:
    matrix.sort_indices()
    return matrix.indptr, matrix.indices, matrix.data.astype(np.float32, copy=False)


def _rows(rows: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    return np.ascontiguousarray(rows, np.int64)


@lazily
def _find(indices: Any, low: Any, high: Any, wanted: Any) -> Any:
    """First place in indices[low:high] that is not below `wanted`."""
    while low < high:
        middle = (low + high) // 2
        if indices[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@lazily
def _dots(lp: Any, li: Any, lx: Any, rp: Any, ri: Any, rx: Any, u: Any, v: Any, out: Any) -> None:
    for i in range(len(u)):
        a, a_end = lp[u[i]], lp[u[i] + 1]
        b, b_end = rp[v[i]], rp[v[i] + 1]
        total = 0.0
        if a_end - a <= b_end - b:
            for k in range(a, a_end):
                b = _find(ri, b, b_end, li[k])
                if b < b_end and ri[b] == li[k]:
                    total += lx[k] * rx[b]
        else:
            for k in range(b, b_end):
                a = _find(li, a, a_end, ri[k])
                if a < a_end and li[a] == ri[k]:
                    total += lx[a] * rx[k]
        out[i] = total


@lazily
def _walk(
    si: Any, sx: Any, a: Any, a_end: Any, bi: Any, bx: Any, b: Any, b_end: Any
) -> tuple[Any, Any]:
    """Walk the short row si[a:a_end] and look its columns up in the long one."""
    column, most, found = -1, 0.0, 0
    for k in range(a, a_end):
        b = _find(bi, b, b_end, si[k])
        if b < b_end and bi[b] == si[k]:
            found += 1
            if sx[k] * bx[b] > most:
                column, most = si[k], sx[k] * bx[b]
    return column, found


@lazily
def _shared(
    lp: Any, li: Any, lx: Any, rp: Any, ri: Any, rx: Any, u: Any, v: Any, best: Any, count: Any
) -> None:
    for i in range(len(u)):
        swap = lp[u[i] + 1] - lp[u[i]] > rp[v[i] + 1] - rp[v[i]]
        if swap:
            best[i], count[i] = _walk(
                ri, rx, rp[v[i]], rp[v[i] + 1], li, lx, lp[u[i]], lp[u[i] + 1]
            )
        else:
            best[i], count[i] = _walk(
                li, lx, lp[u[i]], lp[u[i] + 1], ri, rx, rp[v[i]], rp[v[i] + 1]
            )


@lazily
def _grouped(ip: Any, ii: Any, ix: Any, groups: Any, u: Any, v: Any, best: Any, count: Any) -> None:
    for i in range(len(u)):
        a, a_end = ip[u[i]], ip[u[i] + 1]
        b, b_end = ip[v[i]], ip[v[i] + 1]
        if a_end - a > b_end - b:
            a, a_end, b, b_end = b, b_end, a, a_end
        column = np.empty(a_end - a, np.int64)
        product = np.empty(a_end - a, np.float32)
        size = 0
        for k in range(a, a_end):
            b = _find(ii, b, b_end, ii[k])
            if b < b_end and ii[b] == ii[k] and groups[ii[k]] >= 0:
                column[size], product[size] = ii[k], ix[k] * ix[b]
                size += 1
        ordered = np.sort(groups[column[:size]])
        common, run = -1, 0
        for k in range(size):
            run = run + 1 if k > 0 and ordered[k] == ordered[k - 1] else 1
            if run > count[i]:
                common, count[i] = ordered[k], run
        most = -1.0
        for k in range(size):
            if groups[column[k]] == common and product[k] > most:
                best[i], most = column[k], product[k]


@lazily
def look_up(indptr: Any, indices: Any, data: Any, lines: Any, columns: Any, out: Any) -> None:
    """Put the value of each cell (line, column) into `out`, which stays where none is stored."""
    for i in range(len(lines)):
        high = indptr[lines[i] + 1]
        place = _find(indices, indptr[lines[i]], high, columns[i])
        if place < high and indices[place] == columns[i]:
            out[i] = data[place]


@lazily
def _mark(bits: Any, place: Any, columns: Any, first: Any, end: Any) -> None:
    """Mark columns[first:end], each with its place."""
    for k in range(first, end):
        column = np.uint64(columns[k])
        bits[column >> np.uint64(6)] |= np.uint64(1) << (column & np.uint64(63))
        place[column] = k


@lazily
def _clear(bits: Any, place: Any, columns: Any, first: Any, end: Any) -> None:
    for k in range(first, end):
        bits[np.uint64(columns[k]) >> np.uint64(6)] = 0
        place[columns[k]] = -1


@within
def _is_marked(bits: Any, column: Any) -> Any:
    word = bits[np.uint64(column) >> np.uint64(6)]
    return (word >> (np.uint64(column) & np.uint64(63))) & np.uint64(1) != np.uint64(0)


@lazily
def look_up_in_turn(
    indptr: Any, indices: Any, data: Any, lines: Any, columns: Any, bits: Any, place: Any, out: Any
) -> None:
    """As `look_up`, for ascending lines of a matrix whose rows are in no order.

    No cell may be asked for twice. bits, place: of `scratch`, of all columns.
    """
    start = 0
    while start < len(lines):
        line, end = lines[start], start
        while end < len(lines) and lines[end] == line:
            end += 1
        _mark(bits, place, columns, start, end)
        for k in range(indptr[line], indptr[line + 1]):
            if _is_marked(bits, indices[k]):
                out[place[indices[k]]] = data[k]
        _clear(bits, place, columns, start, end)
        start = end


@lazily
def _divergence(before: Any, ever: Any, seen: Any, size: int) -> Any:
    """Jensen-Shannon divergence, base 2, of two shares of topics; 0 where either is of nothing."""
    old = new = 0.0
    for k in range(size):
        old += before[seen[k]]
        new += ever[seen[k]] - before[seen[k]]
    total = 0.0
    if old <= 0.0 or new <= 0.0:
        return total
    for k in range(size):
        p, q = before[seen[k]] / old, (ever[seen[k]] - before[seen[k]]) / new
        if p > 0.0:
            total += 0.5 * p * np.log2(2 * p / (p + q))
        if q > 0.0:
            total += 0.5 * q * np.log2(2 * q / (p + q))
    return min(max(total, 0.0), 1.0)


@lazily
def mark_shifts(
    starts: Any, topics: Any, weights: Any, who: Any, cuts: Any, count: int, out: Any
) -> None:
    """How far the topics of events after a cut are from those before, in [0, 1]; see `novelty`.

    starts: where each person's events, in order of time, begin; who, cuts: int64 [m], persons
    ascending, and how many of the person's events lie before each cut, ascending for a person.
    """
    before, ever = np.zeros(count), np.zeros(count)
    seen = np.empty(count, np.int64)
    person, size, done = -1, 0, 0
    for i in range(len(who)):
        if who[i] != person:
            for k in range(size):
                before[seen[k]] = ever[seen[k]] = 0.0
            person, size = who[i], 0
            done = starts[person]
            for e in range(starts[person], starts[person + 1]):
                if ever[topics[e]] == 0.0:
                    seen[size] = topics[e]
                    size += 1
                ever[topics[e]] += weights[e]
        while done < starts[person] + cuts[i]:
            before[topics[done]] += weights[done]
            done += 1
        out[i] = _divergence(before, ever, seen, size)
