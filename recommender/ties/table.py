"""All ties of a network, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS

NO_TIME = -(2**62)
"""Stands for "never" where a time is expected; older than any real one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Every tie from both its ends: person i's are at indptr[i]:indptr[i + 1], by contact row.

    indptr: int64 [n + 1]; contacts: int32 [m]; sent, received, days: int32 [m]
    (interactions from the person, to her, and days with contact: at least so many);
    topics: int32 [m, 3], what it is about, most of all first, -1 for no more;
    first, last: int64 [m], microseconds since 1970, NO_TIME for a tie that is only declared;
    declared: bool [m]; owed: bool [m], the contact spoke last, more than a
    day after the person had, and got no answer.
    strength: float32 [m] in [0, 1), the probability that both address each other within 90 days;
    peak: float32 [m] in [0, 1), the highest strength that the tie ever had, >= strength.
    sessions: int32 [m], conversations: contacts more than a day apart (`rhythm`);
    usual_gap: float32 [m] > 0, days that usually lie between two of them;
    silence: float32 [m] >= 0, days since the last on which both were around;
    dormancy: float32 [m] in [0, 1], how sure it is that the silence is no ordinary gap.
    fading, dormant: bool [m], silent beyond the tie's own rhythm; never both.
    returns: float32 [m] in [0, 1], the probability of contact either way within 180 days.
    From strength on, columns are 0 (usual_gap: 1) for a tie that is only declared.
    """

    indptr: NDArray[np.int64]
    contacts: NDArray[np.int32]
    sent: NDArray[np.int32]
    received: NDArray[np.int32]
    days: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    declared: NDArray[np.bool_]
    owed: NDArray[np.bool_]
    topics: NDArray[np.int32]
    strength: NDArray[np.float32]
    peak: NDArray[np.float32]
    sessions: NDArray[np.int32]
    usual_gap: NDArray[np.float32]
    silence: NDArray[np.float32]
    dormancy: NDArray[np.float32]
    fading: NDArray[np.bool_]
    dormant: NDArray[np.bool_]
    returns: NDArray[np.float32]

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
        """Where the ties of `person` are; nowhere of somebody who came later."""
        if person >= self.people:
            return slice(0, 0)
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


def quiet(
    ties: Ties, places: NDArray[np.integer] | slice, as_of_microseconds: int, silence_days: float
) -> NDArray[np.bool_]:
    """Which of the ties at `places` were real and have been silent: bool [m].

    Real: at least two interactions, on at least two days. Silent: none in `silence_days` by the
    calendar, whoever was around; `Ties.dormant` goes by the tie's own rhythm.
    """
    last = ties.last[places]
    real = (ties.sent[places] + ties.received[places] >= 2) & (ties.days[places] >= 2)
    silent = last < as_of_microseconds - int(silence_days * DAY_MICROSECONDS)
    return real & silent & (last > NO_TIME)
