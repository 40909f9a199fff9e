"""What is known of each tie at a time, as the numbers that its future is predicted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.kernels import pair_dots
from recommender.matrices import Snapshot
from recommender.ties.contacts import Contacts
from recommender.ties.people import People
from recommender.ties.presence import Presence
from recommender.ties.rhythm import Rhythm, Sessions, rhythms
from recommender.ties.states import Silence

Column = NDArray[np.float64]

TRAITS = (
    "contact_14",
    "contact_60",
    "contact_180",
    "contact_730",
    "lesser_180",
    "reciprocity",
    "sessions",
    "duration",
    "overlap",
    "burstiness",
    "unusual",
    "dormancy",
    "busy_lesser",
    "busy_greater",
    "gone_longer",
    "partners_lesser",
)
"""The traits of a tie, in the order of their columns (science §8.3 and §8.4).

contact_h, lesser_h: log(1 + contact), both ways and the lesser way, decayed by half every h days;
reciprocity: 2·min / sum of both ways; sessions, duration: log(1 + how many, days from first to
last); overlap: Jaccard of both people's contacts; burstiness: see there; unusual: log(1 + silence
in usual gaps); dormancy: `Rhythm.dormancy`, mean of both ends; busy: log(1 + what each did in 90
days); gone: log(1 + days since last seen); partners: log(1 + whom each addressed in 90 days).
"""

_HALF_LIVES = (14, 60, 180, 730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The k pairs of a network as they were at `now`, microseconds.

    contacts: what had happened by then; rhythm: as the low and as the high row sees it;
    neighbours: who had been in contact with whom, CSR [n, n] of ones.
    """

    now: int
    contacts: Contacts
    presence: Presence
    sessions: Sessions
    rhythm: tuple[Rhythm, Rhythm]
    neighbours: sp.csr_matrix
    people: People

    @classmethod
    def of(cls, snapshot: Snapshot, contacts: Contacts, presence: Presence, now: int) -> Past:
        """Only what happened before `now` counts, of all that the arguments hold."""
        known = contacts.before(now)
        sessions = Sessions.of(known)
        return cls(
            now=now,
            contacts=known,
            presence=presence,
            sessions=sessions,
            rhythm=rhythms(known, sessions),
            neighbours=_neighbours(known, sessions.count > 0),
            people=People.of(snapshot, now),
        )

    def alive(self) -> NDArray[np.int64]:
        """Which pairs have been in contact, int64."""
        return np.flatnonzero(self.sessions.count > 0)

    def silence(self, places: NDArray[np.int64]) -> Silence:
        """How the pairs at `places` are silent."""
        return Silence.of(self.contacts, self.sessions, self.presence, self.now, places)

    def traits(self, places: NDArray[np.int64]) -> Column:
        """Float64 [len(places), len(TRAITS)] of pairs that have been in contact."""
        mine, sessions = self.contacts.pick(places), self.sessions.pick(places)
        silence = self.silence(places)
        low, high = (side.pick(places) for side in self.rhythm)
        usual = np.exp((low.mean + high.mean) / 2)
        columns = {
            **_amounts(mine, self.now),
            "sessions": np.log1p(sessions.count),
            "duration": np.log1p((sessions.last - sessions.first) / DAY_MICROSECONDS),
            "overlap": _overlap(self.neighbours, mine.low, mine.high),
            "burstiness": burstiness(mine),
            "unusual": np.log1p(silence.calendar / usual),
            "dormancy": (low.dormancy(silence.shared) + high.dormancy(silence.shared)) / 2,
            **self.people.of_pairs(mine.low, mine.high),
        }
        return np.stack([columns[name] for name in TRAITS], axis=1)


def _amounts(contacts: Contacts, now: int) -> dict[str, Column]:
    """How much contact there was, and how evenly both ways."""
    age = (now - contacts.at) / DAY_MICROSECONDS
    found = {}
    for half_life in _HALF_LIVES:
        weights = contacts.weights * np.exp2(-age / half_life)
        forth = contacts.total(weights, contacts.forth)
        back = contacts.total(weights, ~contacts.forth)
        found[f"contact_{half_life}"] = np.log1p(forth + back)
        found[f"lesser_{half_life}"] = np.log1p(np.minimum(forth, back))
    ones = np.ones(len(age))
    forth, back = contacts.total(ones, contacts.forth), contacts.total(ones, ~contacts.forth)
    found["reciprocity"] = 2 * np.minimum(forth, back) / np.maximum(forth + back, 1)
    return found


def burstiness(contacts: Contacts) -> Column:
    """How bursty the contacts of each pair are: float64 [k] in [-1, 1], 0 below three contacts.

    Kim & Jo 2016: (√(n+1)·r - √(n-1)) / ((√(n+1) - 2)·r + √(n-1)) of n gaps, r their standard
    deviation over their mean; regular -1, random 0, a burst and one more 1.
    """
    gaps, count = contacts.gaps(), contacts.total(np.ones(len(contacts.at))) - 1
    mean = contacts.total(gaps) / np.maximum(count, 1)
    square = contacts.total(gaps**2) / np.maximum(count, 1)
    ratio = np.sqrt(np.maximum(square - mean**2, 0)) / np.maximum(mean, 1e-9)
    up, down = np.sqrt(np.maximum(count, 0) + 1), np.sqrt(np.maximum(count - 1, 0))
    below = (up - 2) * ratio + down
    value = np.divide(up * ratio - down, below, out=np.zeros_like(below), where=below > 0)
    return np.where(count >= 2, np.clip(value, -1, 1), 0.0)


def _neighbours(contacts: Contacts, alive: NDArray[np.bool_]) -> sp.csr_matrix:
    a, b = contacts.low[alive], contacts.high[alive]
    cells: tuple[Any, Any] = (np.r_[a, b], np.r_[b, a])
    n = contacts.people
    return sp.csr_matrix((np.ones(2 * len(a), np.float32), cells), (n, n))


def _overlap(neighbours: sp.csr_matrix, a: NDArray[np.int32], b: NDArray[np.int32]) -> Column:
    """Shared contacts of a and b by all that either has, float64 [k] in [0, 1]."""
    shared = pair_dots(neighbours, neighbours, a, b).astype(np.float64)
    degree = np.diff(neighbours.indptr)
    return shared / np.maximum(degree[a] + degree[b] - shared, 1)
