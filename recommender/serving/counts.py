"""Figures of one worker, counted without locks: every thread its own. Free of gRPC.

Counting a call must cost next to nothing, so threads share nothing here; what they have counted is
put together when somebody asks.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import TypeVar

BOUNDS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""Upper bounds of the histograms' buckets, in seconds; one more has all that is above."""

Labels = tuple[str, ...]
T = TypeVar("T")


class Histogram:
    """How often something took how long. buckets: counts by `BOUNDS`, not summed up."""

    __slots__ = ("buckets", "total")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    def join(self, other: Histogram) -> None:
        """Add what another has counted."""
        self.buckets = [a + b for a, b in zip(self.buckets, other.buckets, strict=True)]
        self.total += other.total


class Tally:
    """What one thread has counted.

    counts: by name of the figure and its labels, as in ("shed", "rate").
    times: histograms by name of the figure and its labels, as in ("stage", "filters").
    """

    __slots__ = ("counts", "times")

    def __init__(self) -> None:
        self.counts: dict[Labels, int] = {}
        self.times: dict[Labels, Histogram] = {}

    def count(self, key: Labels, number: int = 1) -> None:
        """Add to a figure."""
        self.counts[key] = self.counts.get(key, 0) + number

    def time(self, key: Labels, seconds: float) -> None:
        """Add a time to a histogram."""
        found = self.times.get(key)
        if found is None:
            found = self.times[key] = Histogram()
        found.add(seconds)


class Counts(threading.local):
    """The figures of a worker: `mine` is the calling thread's part, `total` the whole."""

    _all: list[Tally]

    def __init__(self, everyone: list[Tally]) -> None:
        # Runs once in every thread that uses it, as is the way of `threading.local`.
        self.mine = Tally()
        self._all = everyone
        everyone.append(self.mine)

    def total(self) -> Tally:
        """What all threads together have counted."""
        whole = Tally()
        for tally in list(self._all):
            for key, number in _items(tally.counts):
                whole.count(key, number)
            for key, histogram in _items(tally.times):
                whole.times.setdefault(key, Histogram()).join(histogram)
        return whole


def _items(found: Mapping[Labels, T]) -> Iterable[tuple[Labels, T]]:
    return list(dict(found).items())  # a copy at one stroke, since the owner goes on counting
