"""One to three places in ten for people who are relevant and whom hardly any list shows.

Rankings show nearly the same few people to everybody. Training finds whom each asker is to see
besides, so that as many people as possible are seen by somebody, at the least loss of relevance
(science §8.9), and the re-rank seats them in the last of the first ten places.
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

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
    for gain in (np.arange(STEPS)[::-1] + 0.5) / STEPS:
        for rank in range(_FIRST, DEPTH):
            needed = gain + _costs(rank)[seated] * weight
            askers = np.flatnonzero((needed <= 1) & (count > rank))
            entries = indptr[askers] + rank
            people = rows[entries]
            limit = np.log(needed[askers])
            good = ~reserved[entries] & (around[people] >= AROUND) & (unseen[people] >= limit)
            taken = _accepted(people, missed[askers], limit, unseen, good)
            reserved[entries[taken]] = True
            seated[askers[taken]] += 1
            unseen += np.bincount(people[taken], missed[askers[taken]], len(count))
    return reserved


def seat(reserved: NDArray[np.bool_], slots: NDArray[np.intp]) -> NDArray[np.intp]:
    """Order that moves reserved slots into the seats of each line.

    reserved: bool [b, k], by slot in the order shown; those from the first possible seat to DEPTH
    are moved, those before have no need.
    slots: intp [b, k], where each stood by score: the order of who is seated. The order shown will
    not do, because how far it is found with care depends on how long a list is asked for.
    Returns intp [b, k], a permutation of every line.
    """
    lines, width = reserved.shape
    order = np.broadcast_to(np.arange(width), (lines, width))
    behind = reserved & (order >= _FIRST) & (order < DEPTH)
    if not behind.any():
        return order
    seats = np.maximum(PLACES - behind.sum(axis=1, keepdims=True), _FIRST)
    between = seats - 1 + (slots + 1) / (width + 1)
    return np.argsort(np.where(behind, between, order), axis=1, kind="stable")


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
