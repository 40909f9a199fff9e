"""One place in ten for somebody relevant whom hardly any list shows (science §8.9).

Rankings show nearly the same few people to everybody. Training reserves for each asker one
candidate who is on few lists or none, and the re-rank seats her in the tenth place. Nobody is
reserved for more than SEATS askers, so that the seats too go to many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PLACE = 9
"""The seat, counted from 0."""

SEATS = 5
"""Askers for whom one person may be reserved."""

DEPTH = 100
"""Places of a ranking that are looked through for somebody little seen."""

FEW = 0.2
"""Share of the average exposure up to which somebody is little seen."""


def reserve(
    indptr: NDArray[np.int64], rows: NDArray[np.int32], willing: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark at most one candidate of every asker as reserved for the seat: bool [m].

    indptr, rows: everyone's candidates, best first, as in `model.Pool`; willing: bool [m], which
    of them may be reserved at all (somebody who is no longer around may not).

    Exposure is Σ 1 / log2(1 + rank) over everyone's places before the seat. Place by place, each
    asker without a reservation proposes to her next candidate; where too many propose to one
    person in one place, lower rows are preferred.
    """
    rank = np.arange(len(rows)) - np.repeat(indptr[:-1], np.diff(indptr))
    n = len(indptr) - 1
    head = rank < PLACE
    exposure = np.bincount(rows[head], 1 / np.log2(rank[head] + 2.0), n)
    open_to = willing & (exposure <= FEW * exposure.mean())[rows]
    reserved = np.zeros(len(rows), bool)
    waiting = np.ones(n, bool)
    seats = np.full(n, SEATS)
    for place in range(PLACE, DEPTH):
        askers = np.flatnonzero(waiting & (np.diff(indptr) > place))
        entries = indptr[askers] + place
        good = open_to[entries] & (seats[rows[entries]] > 0)
        askers, entries = askers[good], entries[good]
        won = _first_of_each(rows[entries], seats)
        reserved[entries[won]] = True
        waiting[askers[won]] = False
        np.subtract.at(seats, rows[entries[won]], 1)
    return reserved


def seat(reserved: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Order that moves the first reserved slot behind the seat of each line into it.

    reserved: bool [b, k], by slot in the order shown; those beyond DEPTH do not count, so that a
    longer list begins as the shorter one does. A line without one, or with one before the
    seat already, stays as it is. Returns intp [b, k], a permutation of every line.
    """
    lines, width = reserved.shape
    order = np.broadcast_to(np.arange(width), (lines, width))
    line = np.flatnonzero(reserved[:, PLACE:DEPTH].any(axis=1) & ~reserved[:, :PLACE].any(axis=1))
    if len(line) == 0:
        return order
    key = order.astype(np.float64)
    key[line, PLACE + reserved[line, PLACE:].argmax(axis=1)] = PLACE - 0.5
    return np.argsort(key, axis=1, kind="stable")


def _first_of_each(people: NDArray[np.int32], seats: NDArray[np.integer]) -> NDArray[np.intp]:
    """Places in `people` of the first seats[p] that name person p."""
    order = np.argsort(people, kind="stable")
    named = people[order]
    count = np.arange(len(order)) - np.searchsorted(named, named, "left")
    return order[count < seats[named]]
