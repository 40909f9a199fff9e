"""Joins contact both ways, declared connections and what the past tells of them into ties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot
from recommender.ties.history import History, Lessons
from recommender.ties.states import is_dormant, is_fading
from recommender.ties.table import NO_TIME, Ties
from recommender.ties.topics import tie_topics

Columns = dict[str, NDArray[Any]]


def build_ties(snapshot: Snapshot, look_back: bool = True) -> Ties:
    """Join both directions of contact, and declared connections, into ties.

    look_back: whether to learn from the snapshot's past. It takes most of the time; without it,
    strength and returns are what is usual on other hosts, the peak is no higher than the strength,
    and all else is the same.
    """
    return learn_ties(snapshot, look_back)[0]


def learn_ties(snapshot: Snapshot, look_back: bool = True) -> tuple[Ties, Lessons]:
    """The ties of a snapshot, as `build_ties` makes them, and what its past taught about them."""
    history, n = History(snapshot, look_back), len(snapshot.person_ids)
    pairs, direction, position = _pairs(snapshot, n)
    keys, tie_of = np.unique(pairs, return_inverse=True)
    persons, others = keys // max(n, 1), keys % max(n, 1)
    ties = Ties(
        indptr=np.searchsorted(persons, np.arange(n + 1)).astype(np.int64),
        contacts=others.astype(np.int32),
        topics=tie_topics(snapshot, persons, others),
        **_counts(snapshot, tie_of, direction, position),
        **_by_tie(history, persons, others),
    )
    return ties, history.lessons


def _counts(
    snapshot: Snapshot,
    tie_of: NDArray[np.intp],
    direction: NDArray[np.int8],
    position: NDArray[np.int64],
) -> Columns:
    """How much contact there was, and when."""
    measures, m = snapshot.person_contact.measures, int(tie_of.max(initial=-1)) + 1

    def spread(values: NDArray[np.floating], way: int) -> NDArray[np.float64]:
        here = direction == way
        return np.asarray(np.bincount(tie_of[here], values[position[here]], m), np.float64)

    sent, received = spread(measures["count"], 0), spread(measures["count"], 1)
    days = np.maximum(spread(measures["active_days"], 0), spread(measures["active_days"], 1))
    first = np.full(m, np.iinfo(np.int64).max)
    real = direction < _DECLARED
    np.minimum.at(first, tie_of[real], measures["first_at"][position[real]])
    last_sent, last_received = np.full((2, m), NO_TIME)
    for way, at in enumerate((last_sent, last_received)):
        here = direction == way
        np.maximum.at(at, tie_of[here], measures["last_at"][position[here]])
    last = np.maximum(last_sent, last_received)
    # Two directions on two different days make two days, whatever each alone says.
    apart = last // DAY_MICROSECONDS != first // DAY_MICROSECONDS
    days = np.where((last > NO_TIME) & apart, np.maximum(days, 2), days)
    return {
        "sent": sent.astype(np.int32),
        "received": received.astype(np.int32),
        "days": days.astype(np.int32),
        "first": np.where(last > NO_TIME, first, NO_TIME),
        "last": last,
        "declared": np.bincount(tie_of[~real], minlength=m) > 0,
        "owed": last_received > last_sent + DAY_MICROSECONDS,
    }


def _by_tie(history: History, persons: NDArray[np.int64], others: NDArray[np.int64]) -> Columns:
    """What the history of each pair tells, as each of the two sees it."""
    pair = history.contacts.place(persons, others)
    by_pair, plain = _by_pair(history), {"usual_gap": 1.0}

    def of(name: str, sides: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
        out = np.full(len(pair), plain.get(name, 0), sides[0].dtype)
        for side, chosen in zip(sides, (persons < others, persons > others), strict=True):
            here = chosen & (pair >= 0)
            out[here] = side[pair[here]]
        return out

    return {name: of(name, sides) for name, sides in by_pair.items()}


def _by_pair(history: History) -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
    """Columns of ties by pair, [k]: as its low row sees it, and as its high one does."""
    now, futures = history.now, history.futures()
    silence = now.silence(np.arange(len(history.contacts)))
    ratio = history.dormant_ratio_
    dormant = [is_dormant(now.sessions, silence, side, ratio) for side in now.rhythm]
    fading = [
        is_fading(now.sessions, silence, side, asleep)
        for side, asleep in zip(now.rhythm, dormant, strict=True)
    ]

    def single(values: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
        return (values.astype(np.float32),) * 2

    def double(
        values: Callable[[Any], NDArray[np.float64]],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        low, high = (values(side).astype(np.float32) for side in now.rhythm)
        return low, high

    return {
        "strength": single(futures.strength),
        "peak": single(futures.peak),
        "returns": single(futures.returns),
        "sessions": (now.sessions.count.astype(np.int32),) * 2,
        "silence": single(silence.shared),
        "usual_gap": double(lambda side: np.exp(side.mean)),
        "dormancy": double(lambda side: side.dormancy(silence.shared)),
        "fading": (fading[0], fading[1]),
        "dormant": (dormant[0], dormant[1]),
    }


_DECLARED = 2


def _pairs(
    snapshot: Snapshot, n: int
) -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int64]]:
    """Every (person, contact) key, the direction it comes from, and its place there."""
    u, v = (key.astype(np.int64) for key in snapshot.person_contact.keys)
    # A connection that has ended is history without contact: not a tie, but still a filter.
    lasting = np.isnat(snapshot.relation("connections", "ended_at").astype("datetime64[us]"))
    a = snapshot.relation("connections", "person")[lasting].astype(np.int64)
    b = snapshot.relation("connections", "contact")[lasting].astype(np.int64)
    parts = [u * n + v, v * n + u, a * n + b, b * n + a]
    direction = np.repeat(
        np.array([0, 1, _DECLARED, _DECLARED], np.int8), [len(part) for part in parts]
    )
    position = np.concatenate([np.arange(len(part)) for part in parts])
    return np.concatenate(parts), direction, position
