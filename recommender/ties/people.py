"""What people did lately, whoever with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.lookback import events_between
from recommender.matrices import Events, Snapshot

LATELY_DAYS = 90.0
"""Days that count as lately."""

LONG_GONE_DAYS = 400.0
"""Days since last seen are told no further than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What n people did before a time, float64 [n] each, as log(1 + ...).

    busy: activities and interactions of the last `LATELY_DAYS`; gone: days since last seen;
    partners: whom each addressed in the last `LATELY_DAYS`.
    """

    busy: NDArray[np.float64]
    gone: NDArray[np.float64]
    partners: NDArray[np.float64]

    @classmethod
    def of(cls, snapshot: Snapshot, now: int) -> People:
        """At `now`, microseconds."""
        n, both = len(snapshot.person_ids), (snapshot.activities, snapshot.interactions)
        busy, last = np.zeros(n), np.full(n, now - int(LONG_GONE_DAYS * DAY_MICROSECONDS))
        for events in both:
            busy += np.bincount(_last_days(events, now, LATELY_DAYS).persons, minlength=n)
            late = _last_days(events, now, LONG_GONE_DAYS)
            np.maximum.at(last, late.persons, late.at)
        said = _last_days(snapshot.interactions, now, LATELY_DAYS)
        pairs = np.unique(said.persons.astype(np.int64) * n + said.contacts)
        return cls(
            busy=np.log1p(busy),
            gone=np.log1p((now - last) / DAY_MICROSECONDS),
            partners=np.log1p(np.bincount(pairs // max(n, 1), minlength=n)),
        )

    def of_pairs(
        self, a: NDArray[np.int32], b: NDArray[np.int32]
    ) -> dict[str, NDArray[np.float64]]:
        """The traits of pairs that come from what each of the two did, float64 [k] each."""
        return {
            "busy_lesser": np.minimum(self.busy[a], self.busy[b]),
            "busy_greater": np.maximum(self.busy[a], self.busy[b]),
            "gone_longer": np.maximum(self.gone[a], self.gone[b]),
            "partners_lesser": np.minimum(self.partners[a], self.partners[b]),
        }


def _last_days(events: Events, now: int, days: float) -> Events:
    return events_between(events, now - int(days * DAY_MICROSECONDS), now)
