"""Everybody's contacts in the order of pairs, and what can be read off each pair at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """k pairs of people who were ever in contact, and their m contacts, pair by pair in time.

    low, high: int32 [k], the two rows of a pair, low < high, in order of (low, high).
    pair: int64 [m], ascending; at: int64 [m], ascending within a pair; forth: bool [m], whether
    the low row addressed the high one; weights: float64 [m].
    """

    people: int
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    pair: NDArray[np.int64]
    at: NDArray[np.int64]
    forth: NDArray[np.bool_]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, said: Events, people: int) -> Contacts:
        """The interactions of `people` people."""
        known = said.contacts >= 0
        a, b = said.persons[known].astype(np.int64), said.contacts[known].astype(np.int64)
        keys, pair = np.unique(np.minimum(a, b) * people + np.maximum(a, b), return_inverse=True)
        order = np.argsort(pair, kind="stable")
        return cls(
            people=people,
            low=(keys // max(people, 1)).astype(np.int32),
            high=(keys % max(people, 1)).astype(np.int32),
            pair=pair[order].astype(np.int64),
            at=said.at[known][order],
            forth=(a < b)[order],
            weights=said.weights[known][order],
        )

    def __len__(self) -> int:
        return len(self.low)

    def where(self, chosen: NDArray[np.bool_]) -> Contacts:
        """The same pairs with only the `chosen` contacts, bool [m]."""
        return Contacts(
            people=self.people,
            low=self.low,
            high=self.high,
            pair=self.pair[chosen],
            at=self.at[chosen],
            forth=self.forth[chosen],
            weights=self.weights[chosen],
        )

    def before(self, microseconds: int) -> Contacts:
        """The same pairs with only what had happened by then."""
        return self.where(self.at < microseconds)

    def pick(self, places: NDArray[np.int64]) -> Contacts:
        """Only the pairs at `places`, ascending, and their contacts."""
        ends = np.cumsum(np.bincount(self.pair, minlength=len(self)))
        counts = np.diff(np.r_[0, ends])[places]
        offset = np.repeat(np.cumsum(counts) - counts - (ends[places] - counts), counts)
        chosen = np.arange(len(offset)) - offset
        return Contacts(
            people=self.people,
            low=self.low[places],
            high=self.high[places],
            pair=np.repeat(np.arange(len(places)), counts),
            at=self.at[chosen],
            forth=self.forth[chosen],
            weights=self.weights[chosen],
        )

    def place(self, a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.int64]:
        """Which pair the rows a and b, [j] each, are: int64 [j], -1 for none."""
        wanted = np.minimum(a, b).astype(np.int64) * self.people + np.maximum(a, b)
        keys = self.low.astype(np.int64) * self.people + self.high
        if not len(keys):
            return np.full(len(wanted), -1, np.int64)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, place, -1)

    def total(
        self, values: NDArray[np.generic], where: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Sums of values by contact, [m], in each pair: float64 [k]; of the contacts `where`."""
        pair = self.pair if where is None else self.pair[where]
        chosen = values if where is None else values[where]
        return np.asarray(np.bincount(pair, chosen, len(self)), np.float64)

    def firsts(self) -> NDArray[np.bool_]:
        """Which contacts are the first of their pair: bool [m]."""
        return np.diff(self.pair, prepend=-1) > 0

    def gaps(self) -> NDArray[np.float64]:
        """Days since the contact before it in the pair, float64 [m]; 0 for the first."""
        days = np.diff(self.at, prepend=self.at[:1]) / DAY_MICROSECONDS
        return np.where(self.firsts(), 0.0, days)
