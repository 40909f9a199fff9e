"""Which ties fade, and which are dormant, by their own rhythm (science §8.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import SILENCE_DAYS
from recommender.ties.contacts import Contacts
from recommender.ties.presence import Presence
from recommender.ties.rhythm import Rhythm, Sessions, days_since

FADING_RATIO = 3.0
"""Usual gaps of silence after which a tie fades."""

DORMANT_RATIO = 8.0
"""Usual gaps of silence after which it is dormant, where a host's data does not say."""

RATIOS = (4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 24.0, 32.0)
"""What a host's data can set instead."""

STAYS = 0.8
"""Share of dormant ties that stay silent for 180 days more."""

ENOUGH_SILENCES = 100
"""Silences that tell something."""

SURE_DORMANCY = 0.95
LEAST_SILENCE_DAYS = 60.0
LEAST_SESSIONS = 2
"""What else a dormant tie must have: a silence beyond doubt, of so many days, after sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How k pairs were silent at a time: float64 [k] each, `away` bool [k].

    shared: days since the last contact on which both were around; calendar: all days since;
    away: one of the two, or both, are not around now.
    """

    shared: NDArray[np.float64]
    calendar: NDArray[np.float64]
    away: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        contacts: Contacts,
        sessions: Sessions,
        presence: Presence,
        now: int,
        places: NDArray[np.int64],
    ) -> Silence:
        """At `now`, microseconds, of the pairs at `places`, which have been in contact by then."""
        low, high, last = contacts.low[places], contacts.high[places], sessions.last[places]
        around = presence.around(now)
        return cls(
            shared=presence.shared_days(low, high, last, now),
            calendar=days_since(last, now),
            away=~(around[low] & around[high]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Silences of the past that were beyond doubt and long, and how they went on.

    ratios: float64 [s], in usual gaps; ended: bool [s], whether there was contact again.
    """

    ratios: NDArray[np.float64]
    ended: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        sessions: Sessions,
        silence: Silence,
        seen: tuple[Rhythm, Rhythm],
        places: NDArray[np.int64],
        contact: NDArray[np.bool_],
    ) -> Outcomes:
        """Of the pairs at `places`, as both ends saw them; contact: bool [k], came after."""
        ratios, ended = [], []
        for rhythm in (side.pick(places) for side in seen):
            long = _beyond_doubt(sessions.pick(places), silence, rhythm)
            ratios.append(rhythm.ratio(silence.shared)[long])
            ended.append(contact[places][long])
        return cls(ratios=np.concatenate(ratios), ended=np.concatenate(ended))


def dormant_ratio(outcomes: Sequence[Outcomes]) -> float:
    """The usual gaps of silence from which on a tie is dormant on this host.

    The least of `RATIOS` from which on at least `STAYS` of the silences went on, for as long as
    they were watched; `DORMANT_RATIO` where fewer than `ENOUGH_SILENCES` tell, and the greatest
    where even that is not enough.
    """
    ratios = np.concatenate([np.zeros(0), *(one.ratios for one in outcomes)])
    ended = np.concatenate([np.zeros(0, bool), *(one.ended for one in outcomes)])
    if len(ratios) < ENOUGH_SILENCES:
        return DORMANT_RATIO
    for ratio in RATIOS:
        beyond = ratios >= ratio
        if beyond.sum() < ENOUGH_SILENCES:
            return ratio
        if 1 - ended[beyond].mean() >= STAYS:
            return ratio
    return RATIOS[-1]


def is_dormant(
    sessions: Sessions, silence: Silence, rhythm: Rhythm, ratio: float
) -> NDArray[np.bool_]:
    """Which pairs are dormant, bool [k]: silent for `ratio` usual gaps, or away.

    A tie with somebody who is away cannot be silent beyond its rhythm, because such days do not
    count; it is dormant once it has been silent for `SILENCE_DAYS` by the calendar.
    """
    beyond = _beyond_doubt(sessions, silence, rhythm) & (rhythm.ratio(silence.shared) >= ratio)
    gone = silence.away & (silence.calendar > SILENCE_DAYS)
    return beyond | (gone & (sessions.count >= LEAST_SESSIONS))


def is_fading(
    sessions: Sessions, silence: Silence, rhythm: Rhythm, dormant: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which pairs fade, bool [k]: silent for `FADING_RATIO` usual gaps and not dormant yet."""
    long = rhythm.ratio(silence.shared) >= FADING_RATIO
    return (sessions.count >= LEAST_SESSIONS) & long & ~dormant


def _beyond_doubt(sessions: Sessions, silence: Silence, rhythm: Rhythm) -> NDArray[np.bool_]:
    return (
        (sessions.count >= LEAST_SESSIONS)
        & (silence.shared >= LEAST_SILENCE_DAYS)
        & (rhythm.dormancy(silence.shared) >= SURE_DORMANCY)
    )
