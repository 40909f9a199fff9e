"""When people were around: stretches of days, and how long two people's overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import lazily
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot

AROUND_DAYS = 90.0
"""Days that somebody is still taken to be around after she was last seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Stretches in which people were around: person i's are at indptr[i]:indptr[i + 1].

    start, end: int64 [s], microseconds; apart from each other and in order of time. Whoever acts
    or addresses somebody is around from then on for `AROUND_DAYS`.
    """

    indptr: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def of(cls, snapshot: Snapshot, around_days: float = AROUND_DAYS) -> Presence:
        """From everything that people did."""
        n, stay = len(snapshot.person_ids), int(around_days * DAY_MICROSECONDS)
        done, said = snapshot.activities, snapshot.interactions
        persons, at = np.r_[done.persons, said.persons], np.r_[done.at, said.at]
        order = np.lexsort((at, persons))
        persons, at = persons[order], at[order]
        opens = np.r_[True, (np.diff(persons) > 0) | (np.diff(at) > stay)][: len(at)]
        closes = np.r_[opens[1:], True][: len(at)]
        return cls(
            indptr=np.searchsorted(persons[opens], np.arange(n + 1)).astype(np.int64),
            start=at[opens],
            end=at[closes] + stay,
        )

    def around(self, now: int) -> NDArray[np.bool_]:
        """Who is around at `now`, microseconds: bool [n]; who acts at that moment is not yet."""
        persons = np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))
        out = np.zeros(len(self.indptr) - 1, bool)
        out[persons[(self.start < now) & (self.end > now)]] = True
        return out

    def shared_days(
        self,
        a: NDArray[np.integer],
        b: NDArray[np.integer],
        since: NDArray[np.int64],
        until: int,
    ) -> NDArray[np.float64]:
        """Days in [since, until) on which both a and b were around, float64 [k].

        a, b: rows, [k] each; since: int64 [k], microseconds; until: microseconds.
        """
        out = np.zeros(len(a), np.float64)
        one, two = (np.ascontiguousarray(side, np.int64) for side in (a, b))
        _overlaps(self.indptr, self.start, self.end, one, two, since, until, out)
        return out / DAY_MICROSECONDS


@lazily
def _not_over(end: Any, low: Any, high: Any, since: Any) -> Any:
    """The first stretch among low:high that ends after `since`."""
    while low < high:
        middle = (low + high) // 2
        if end[middle] <= since:
            low = middle + 1
        else:
            high = middle
    return low


@lazily
def _overlaps(
    indptr: Any, start: Any, end: Any, a: Any, b: Any, since: Any, until: int, out: Any
) -> None:
    for k in range(len(a)):
        i = _not_over(end, indptr[a[k]], indptr[a[k] + 1], since[k])
        j = _not_over(end, indptr[b[k]], indptr[b[k] + 1], since[k])
        total = 0
        while i < indptr[a[k] + 1] and j < indptr[b[k] + 1]:
            low = max(start[i], start[j], since[k])
            high = min(end[i], end[j], until)
            if high > low:
                total += high - low
            if low >= until:
                break
            if end[i] <= end[j]:
                i += 1
            else:
                j += 1
        out[k] = total
