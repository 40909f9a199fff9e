"""One to three places in ten for people who are relevant and whom hardly any list shows.

Rankings show nearly the same few people to everybody. Training finds whom each asker is to see
besides, so that as many people as possible are seen by somebody, at the least loss of relevance
(science §8.9), and the re-rank seats them in the last of the first ten places.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import BOOL, I8, compiled, read, within, written

PLACES = 10
"""Places of a list of which the last are seats."""

LOSS = (8.0, 14.0, 14.0)
"""What relevance is worth against being seen, for the first seat of an asker and each further one.

The first is cheaper, so that most lists have one.
"""

KNOWN = 60.0
"""Contacts of an asker at which relevance is worth half as much: among those whom the many do not
know already, hits hardly fall from the seventh place to the twentieth."""

DEPTH = 100
"""Places of a ranking that are looked through for somebody little seen."""

LOOKING = 0.75
"""Chance that somebody who is surely around looks at her list."""

AROUND = 0.1
"""How surely somebody must be around these weeks to be given a seat."""

STEPS = 8
"""How finely gains are told apart: the greatest are taken first."""

_FIRST = PLACES - len(LOSS)


def reserve(
    indptr: NDArray[np.int64],
    rows: NDArray[np.int32],
    around: NDArray[np.float32],
    contacts: NDArray[np.integer],
) -> NDArray[np.bool_]:
    """Mark the candidates of every asker who have a seat on her list: bool [m].

    indptr, rows: everyone's candidates, best first, as in `model.Pool`; around: float32 [n] in
    [0, 1], how surely each is around these weeks; contacts: int [n], how many each has.

    A seat gains the chance that nobody else sees the person, Π (1 - LOOKING · around) over the
    askers who show her in their first places or have a seat for her. It costs
    LOSS / (1 + contacts / KNOWN) times the fall in the chance of a hit, 1 / (rank + 2) by the rank
    of who comes and of who has to go, which is how hits fell on real networks. Greedy by gain less
    cost, in STEPS; within a step nearer ranks first, then askers who are more surely around, then
    lower rows.
    """
    count = np.diff(indptr)
    missed = np.log1p(-LOOKING * np.asarray(around, np.float64))
    unseen = np.zeros(len(count))
    for rank in range(_FIRST):
        askers = np.flatnonzero(count > rank)
        unseen += np.bincount(rows[indptr[askers] + rank], missed[askers], len(count))
    reserved = np.zeros(len(rows), bool)
    seated = np.zeros(len(count), np.intp)
    weight = 1 / (1 + contacts / KNOWN)
    costs = {rank: _costs(rank) for rank in range(_FIRST, min(DEPTH, count.max(initial=0)))}
    for gain in (np.arange(STEPS)[::-1] + 0.5) / STEPS:
        for rank, cost in costs.items():
            needed = gain + cost[seated] * weight
            askers = np.flatnonzero((needed <= 1) & (count > rank))
            entries = indptr[askers] + rank
            people = rows[entries]
            limit = np.log(needed[askers])
            good = ~reserved[entries] & (around[people] >= AROUND) & (unseen[people] >= limit)
            if not good.any():
                continue
            taken = _accepted(people, missed[askers], limit, unseen, good)
            reserved[entries[taken]] = True
            seated[askers[taken]] += 1
            unseen += np.bincount(people[taken], missed[askers[taken]], len(count))
    return reserved


def seat(
    order: NDArray[np.int64], entries: NDArray[np.int64], reserved: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Move those of reserved slots who stand behind the seats of their line into these.

    order: int64 [b, k], slots of each line in the order shown. Who is seated comes in the order of
    slots, by score: the order shown will not do, because how far it is found with care depends on
    how long a list is asked for. Whoever stands before the first possible seat or behind DEPTH
    stays. entries: int64 [b, k], of slots in the pool, -1 in empty ones; reserved: bool [m].
    Returns int64 [b, k], a permutation of every line.
    """
    out = np.empty(order.shape, np.int64)
    _seat(np.ascontiguousarray(order), entries, reserved, out)
    return out


@within
def _sit(order: Any, behind: Any, out: Any, at: Any) -> Any:
    """Put those behind next, the lowest slot first; returns the place after them."""
    start = at
    for place in range(len(order)):
        if behind[place]:
            to = at
            while to > start and out[to - 1] > order[place]:
                out[to] = out[to - 1]
                to -= 1
            out[to] = order[place]
            at += 1
    return at


@compiled(read(I8, 2), read(I8, 2), read(BOOL), written(I8, 2))
def _seat(order: Any, entries: Any, reserved: Any, out: Any) -> None:
    behind = np.empty(order.shape[1], np.bool_)
    for line in range(order.shape[0]):
        count = 0
        for place in range(order.shape[1]):
            entry = entries[line, order[line, place]]
            far = place < _FIRST or place >= DEPTH or entry < 0
            behind[place] = not far and reserved[entry]
            count += behind[place]
        seats, at = max(PLACES - count, _FIRST), 0
        for place in range(order.shape[1]):
            if place == seats:
                at = _sit(order[line], behind, out[line], at)
            if not behind[place]:
                out[line, at] = order[line, place]
                at += 1
        if order.shape[1] <= seats:
            _sit(order[line], behind, out[line], at)


def _costs(rank: int) -> NDArray[np.float64]:
    """Cost of seating the candidate at `rank`, by the number of seats taken; float64 [seats + 1].

    The first seat displaces the last of the first ten places, the next the last but one, and is
    not for those who stand before that place; whoever has all seats gets no other: infinite.
    """
    place = PLACES - 1 - np.arange(len(LOSS))
    cost = np.array(LOSS) * (1 / (place + 3) - 1 / (rank + 3))
    return np.append(np.where(rank >= place, cost, inf), inf)


def _accepted(
    people: NDArray[np.int32],
    missed: NDArray[np.float64],
    limit: NDArray[np.float64],
    unseen: NDArray[np.float64],
    good: NDArray[np.bool_],
) -> NDArray[np.intp]:
    """Which of the proposals, [p] each, stand when those before have been counted in."""
    proposals = np.flatnonzero(good)
    order = proposals[np.lexsort((missed[proposals], people[proposals]))]
    named, so_far = people[order], np.cumsum(missed[order])
    start = np.searchsorted(named, named, "left")
    before = so_far - missed[order] - np.where(start > 0, so_far[start - 1], 0)
    return order[unseen[named] + before >= limit[order]]
