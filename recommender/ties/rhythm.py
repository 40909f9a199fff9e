"""The rhythm of each tie: how long its gaps usually are, and how unusual its silence is.

Science §8.4: contacts within a day are one session; gaps between sessions are taken on a log
scale, and drawn towards what is usual for the person, as far as the tie itself tells little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from recommender.domain.times import DAY_MICROSECONDS
from recommender.ties.contacts import Contacts

PRIOR_GAPS = 3.0
"""Gaps that what is usual for the person counts for, and what is usual at all for her."""

PRIOR_GAP_DAYS, PRIOR_VARIANCE = 30.0, 1.0
"""The usual gap, and the variance of its logarithm, where there is none to learn from."""

LEAST_VARIANCE = 0.1
"""Of log gaps: no tie is so regular that a week more would be beyond doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The sessions of k pairs: a contact more than a day after the one before opens another.

    count: float64 [k], sessions; first, last: int64 [k], microseconds, of the first and the last
    contact, 0 where there is none; log_sum, log_squares: float64 [k], sums over the gaps between
    sessions of log days and of its square.
    """

    count: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    log_sum: NDArray[np.float64]
    log_squares: NDArray[np.float64]

    @classmethod
    def of(cls, contacts: Contacts) -> Sessions:
        """Of everything in `contacts`."""
        gaps, opens = contacts.gaps(), contacts.firsts()
        later = gaps > 1.0
        logs = np.log(np.maximum(gaps, 1.0))
        closes = np.r_[opens[1:], True][: len(opens)]
        first, last = np.zeros(len(contacts), np.int64), np.zeros(len(contacts), np.int64)
        first[contacts.pair[opens]] = contacts.at[opens]
        last[contacts.pair[closes]] = contacts.at[closes]
        return cls(
            count=contacts.total(np.ones(len(gaps)), opens | later),
            first=first,
            last=last,
            log_sum=contacts.total(logs, later),
            log_squares=contacts.total(logs**2, later),
        )

    def pick(self, places: NDArray[np.int64]) -> Sessions:
        """Of the pairs at `places`."""
        return Sessions(
            count=self.count[places],
            first=self.first[places],
            last=self.last[places],
            log_sum=self.log_sum[places],
            log_squares=self.log_squares[places],
        )

    @property
    def gaps(self) -> NDArray[np.float64]:
        """How many gaps lie between the sessions, float64 [k]."""
        return np.maximum(self.count - 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What is usual for a tie: mean and spread of its log gaps in days, float64 [...] each."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]

    def pick(self, places: NDArray[np.int64]) -> Rhythm:
        """Of the ties at `places`."""
        return Rhythm(mean=self.mean[places], spread=self.spread[places])

    def ratio(self, silence: NDArray[np.float64]) -> NDArray[np.float64]:
        """Silence in usual gaps, float64 [...] >= 0: r of science §8.4."""
        return silence / np.exp(self.mean)

    def dormancy(self, silence: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the tie's gaps that are shorter than the silence, float64 [...] in [0, 1].

        Φ((log silence - mean) / spread): Dorm of science §8.4. A silence below an hour is none.
        """
        log_silence = np.log(np.maximum(silence, 1 / 24))
        return np.asarray(ndtr((log_silence - self.mean) / self.spread), np.float64)


def rhythms(contacts: Contacts, sessions: Sessions) -> tuple[Rhythm, Rhythm]:
    """The rhythm of every pair, [k], as its low and as its high row sees it."""
    usual = _usual(contacts, sessions)
    return _towards(sessions, usual, contacts.low), _towards(sessions, usual, contacts.high)


def _usual(contacts: Contacts, sessions: Sessions) -> Rhythm:
    """What is usual for each person, [n]: over all gaps of her ties, drawn towards everybody's."""
    n, sides = contacts.people, (contacts.low, contacts.high)

    def by_person(values: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = (np.bincount(side, values, n) for side in sides)
        return np.asarray(low + high, np.float64)

    count, total = by_person(sessions.gaps), by_person(sessions.log_sum)
    everybody = total.sum() / count.sum() if count.any() else np.log(PRIOR_GAP_DAYS)
    mean = (total + PRIOR_GAPS * everybody) / (count + PRIOR_GAPS)
    # Within ties: that one tie is slower than another is no irregularity of either.
    own = sessions.log_sum / np.maximum(sessions.gaps, 1)
    within = np.maximum(sessions.log_squares - sessions.gaps * own**2, 0)
    free = by_person(np.maximum(sessions.gaps - 1, 0))
    spread = by_person(within)
    pooled = spread.sum() / free.sum() if free.any() else PRIOR_VARIANCE
    variance = (spread + PRIOR_GAPS * pooled) / (free + PRIOR_GAPS)
    return Rhythm(mean=mean, spread=np.sqrt(np.maximum(variance, LEAST_VARIANCE)))


def _towards(sessions: Sessions, usual: Rhythm, rows: NDArray[np.int32]) -> Rhythm:
    """Each pair's own rhythm, drawn towards what is usual for the person at `rows`."""
    gaps, target, spread = sessions.gaps, usual.mean[rows], usual.spread[rows]
    mean = (sessions.log_sum + PRIOR_GAPS * target) / (gaps + PRIOR_GAPS)
    around = sessions.log_squares - 2 * mean * sessions.log_sum + gaps * mean**2
    variance = (np.maximum(around, 0) + PRIOR_GAPS * spread**2) / (gaps + PRIOR_GAPS)
    return Rhythm(mean=mean, spread=np.sqrt(np.maximum(variance, LEAST_VARIANCE)))


def days_since(times: NDArray[np.int64], now: int) -> NDArray[np.float64]:
    """Days from times to now, in microseconds each: float64 [...]."""
    return (now - times) / DAY_MICROSECONDS
