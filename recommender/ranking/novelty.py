"""What is new about a contact since the two last spoke (science §8.5, N).

    novelty = (.4 · JSD(her topics since, her topics before) + .3 · (1 - cos(her topics lately,
              those of the asker's present contacts)) + .2 · (1 - contacts in common)) / .9

The fourth term of §8.5, a new role or organisation, is left out: snapshots hold attributes as they
are, not since when. Of somebody who did nothing since, nothing is new.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.factors.profiles import Profiles
from recommender.kernels import mark_shifts, pair_dots
from recommender.matrices import Events, Snapshot
from recommender.sparse import pattern, unit_rows
from recommender.ties import Ties

SHIFT, APART, UNCONNECTED = 0.4, 0.3, 0.2
"""What the three terms weigh."""

PRESENT_DAYS = 365.0
"""Days of silence after which a contact is no present one; a dormant one is none before."""


class Novelty:
    """Prepares what all ties share.

    shift_: float32 [ties], how far the contact's topics since the last contact are from those
    before, in [0, 1]; 0 where she did nothing since, or nothing before.
    """

    def __init__(self, snapshot: Snapshot, ties: Ties, profiles: Profiles) -> None:
        self.shift_ = topic_shift(snapshot, ties)
        since = snapshot.as_of_microseconds - int(PRESENT_DAYS * DAY_MICROSECONDS)
        present = ~ties.dormant & (ties.last >= since)
        cells = (ties.persons()[present], ties.contacts[present])
        self._present = pattern(*cells, (ties.people, ties.people))
        self._degree = np.diff(self._present.indptr)
        self._recent, self._active = profiles.recent, np.diff(profiles.recent.indptr) > 0
        self._around_her = unit_rows(sp.csr_matrix(self._present @ profiles.interests))
        self._ties = ties

    def __call__(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of the ties at `places`, int64 [m]: float32 [m] in [0, 1]."""
        ties = self._ties
        askers = np.searchsorted(ties.indptr, places, "right") - 1
        contacts = ties.contacts[places]
        apart = 1 - pair_dots(self._around_her, self._recent, askers, contacts)
        apart = np.where(self._active[contacts], apart, 0)
        shared = pair_dots(self._present, self._present, askers, contacts)
        either = np.maximum(self._degree[askers] + self._degree[contacts] - shared, 1)
        value = SHIFT * self.shift_[places] + APART * apart + UNCONNECTED * (1 - shared / either)
        return np.asarray(value / (SHIFT + APART + UNCONNECTED), np.float32).clip(0, 1)


def topic_shift(snapshot: Snapshot, ties: Ties) -> NDArray[np.float32]:
    """`Novelty.shift_` of every tie: float32 [ties]. Having only looked at a topic is no work."""
    events = _worked(snapshot.activities)
    order = np.lexsort((events.at, events.persons))
    events = events.take(order)
    starts = np.searchsorted(events.persons, np.arange(ties.people + 1))
    # Per tie, how many events of the contact lie at or before the last contact.
    sorted_ties = np.lexsort((ties.last, ties.contacts))
    contacts = ties.contacts[sorted_ties].astype(np.int64)
    cuts = _before(events, starts, contacts, ties.last[sorted_ties])
    out = np.zeros(len(ties), np.float32)
    found = np.zeros(len(ties))
    topics, weights = events.topics.astype(np.int64), events.weights.astype(np.float64)
    mark_shifts(starts, topics, weights, contacts, cuts, max(len(snapshot.topic_ids), 1), found)
    out[sorted_ties] = found
    return out


def _worked(activities: Events) -> Events:
    return activities.take(activities.taking_part() & (activities.topics >= 0))


def _before(
    events: Events, starts: NDArray[np.int64], persons: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many events of each person, int64 [m], happened at or before each time."""
    # Both by person, then time; at equal times events come first, so that they count.
    both = np.lexsort(
        (
            np.r_[np.zeros(len(events)), np.ones(len(persons))],
            np.r_[events.at, at],
            np.r_[events.persons, persons],
        )
    )
    of_ties = both >= len(events)
    so_far = np.cumsum(~of_ties)
    out = np.empty(len(persons), np.int64)
    out[both[of_ties] - len(events)] = so_far[of_ties]
    return out - starts[persons]
