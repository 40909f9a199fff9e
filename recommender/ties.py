"""Ties: who has been in contact with whom, how strongly, and which of them went quiet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.answer import Layer
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot

STRONG, WEAK = 0.6, 0.2
"""Strength from which a tie is in the communality layer, and in the sociality layer."""

HALF_STRENGTH = 3.0
"""Decayed two-way contact (half-life 180 days) at which a reciprocated tie has strength ½."""

NO_TIME = -(2**62)
"""Stands for "never" where a time is expected; older than any real one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Every tie from both its ends: person i's are at indptr[i]:indptr[i + 1], by contact row.

    indptr: int64 [n + 1]; contacts: int32 [m]; sent, received, days: int32 [m]
    (interactions from the person, to her, and days with contact: at least so many);
    first, last: int64 [m], microseconds since 1970, NO_TIME for a tie that is only declared;
    strength: float32 [m] in [0, 1]; declared: bool [m].
    """

    indptr: NDArray[np.int64]
    contacts: NDArray[np.int32]
    sent: NDArray[np.int32]
    received: NDArray[np.int32]
    days: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    strength: NDArray[np.float32]
    declared: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.contacts)

    @property
    def people(self) -> int:
        """How many people there are, with ties or without."""
        return len(self.indptr) - 1

    def persons(self) -> NDArray[np.int32]:
        """int32 [m], whose tie each is."""
        return np.repeat(np.arange(self.people, dtype=np.int32), np.diff(self.indptr))

    def of(self, person: int) -> slice:
        """Where the ties of `person` are."""
        return slice(int(self.indptr[person]), int(self.indptr[person + 1]))

    def places(self, persons: NDArray[np.int32], contacts: NDArray[np.int32]) -> NDArray[np.int64]:
        """Where the ties of persons, int32 [b], with contacts, int32 [b, k], are; -1 for none."""
        out = np.full(contacts.shape, -1, np.int64)
        for line, person in enumerate(persons):
            mine = self.of(int(person))
            known = self.contacts[mine]
            if len(known):
                place = np.minimum(np.searchsorted(known, contacts[line]), len(known) - 1)
                out[line] = np.where(known[place] == contacts[line], mine.start + place, -1)
        return out

    def matrix(self, values: NDArray[np.floating]) -> sp.csr_matrix:
        """Values by tie as CSR [n, n], float32."""
        return sp.csr_matrix(
            (values.astype(np.float32), self.contacts, self.indptr), (self.people, self.people)
        )


def build_ties(snapshot: Snapshot) -> Ties:
    """Join both directions of contact, and declared connections, into ties."""
    n = len(snapshot.person_ids)
    pairs, direction, position = _pairs(snapshot, n)
    keys, tie_of = np.unique(pairs, return_inverse=True)
    measures = snapshot.person_contact.measures
    half, m = measures["decay_180"].astype(np.float64), len(keys)

    def spread(values: NDArray[np.floating], way: int) -> NDArray[np.float64]:
        here = direction == way
        return np.asarray(np.bincount(tie_of[here], values[position[here]], m), np.float64)

    sent, received = spread(measures["count"], 0), spread(measures["count"], 1)
    days = np.maximum(spread(measures["active_days"], 0), spread(measures["active_days"], 1))
    first = np.full(m, np.iinfo(np.int64).max)
    last = np.full(m, NO_TIME)
    real = direction < _DECLARED
    np.minimum.at(first, tie_of[real], measures["first_at"][position[real]])
    np.maximum.at(last, tie_of[real], measures["last_at"][position[real]])
    # Two directions on two different days make two days, whatever each alone says.
    apart = last // DAY_MICROSECONDS != first // DAY_MICROSECONDS
    days = np.where((last > NO_TIME) & apart, np.maximum(days, 2), days)
    persons = keys // n
    return Ties(
        indptr=np.searchsorted(persons, np.arange(n + 1)).astype(np.int64),
        contacts=(keys % n).astype(np.int32),
        sent=sent.astype(np.int32),
        received=received.astype(np.int32),
        days=days.astype(np.int32),
        first=np.where(last > NO_TIME, first, NO_TIME),
        last=last,
        strength=tie_strength(spread(half, 0), spread(half, 1)),
        declared=np.bincount(tie_of[~real], minlength=m) > 0,
    )


def tie_strength(sent: NDArray[np.float64], received: NDArray[np.float64]) -> NDArray[np.float32]:
    """Strength of ties from decayed contact each way (half-life 180 days), float32 in [0, 1).

    x / (x + HALF_STRENGTH) with x = (sent + received) · (½ + ½ reciprocity) and reciprocity
    2·min / sum: both ways of contact count for twice as much as one.

    >>> tie_strength(np.array([0., 3., 1.5]), np.array([0., 0., 1.5])).round(2)
    array([0.  , 0.33, 0.5 ], dtype=float32)
    """
    total = sent + received
    lesser = np.minimum(sent, received)
    reciprocity = np.divide(2 * lesser, total, out=np.zeros_like(total), where=total > 0)
    x = total * (0.5 + 0.5 * reciprocity)
    return np.asarray(x / (x + HALF_STRENGTH), np.float32)


def layer(strength: float) -> Layer:
    """The layer of a tie of this strength (thresholds: STRONG, WEAK).

    >>> layer(0.7), layer(0.3), layer(0.0)
    (<Layer.COMMUNALITY: 'communality'>, <Layer.SOCIALITY: 'sociality'>,
     <Layer.CONNECTIVITY: 'connectivity'>)
    """
    if strength >= STRONG:
        return Layer.COMMUNALITY
    return Layer.SOCIALITY if strength >= WEAK else Layer.CONNECTIVITY


def quiet(
    ties: Ties, places: NDArray[np.integer] | slice, as_of_microseconds: int, silence_days: float
) -> NDArray[np.bool_]:
    """Which of the ties at `places` were real and have been silent: bool [m].

    Real: at least two interactions, on at least two days. Silent: none in `silence_days`.
    """
    last = ties.last[places]
    real = (ties.sent[places] + ties.received[places] >= 2) & (ties.days[places] >= 2)
    silent = last < as_of_microseconds - int(silence_days * DAY_MICROSECONDS)
    return real & silent & (last > NO_TIME)


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
