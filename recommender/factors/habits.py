"""What may be said of a person's ways, in steps coarse enough to be told to anybody.

Whether she answers, how soon, how long she has not been seen, and whether she is new: what reasons
and caveats speak of. Having looked at something is not being seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.factors.profiles import Profiles
from recommender.matrices import Snapshot

WEEK_MICROSECONDS = 7 * DAY_MICROSECONDS

NEVER = 65_535
"""Stands for the weeks since somebody was seen who never was."""

LEAST_ASKED = 5
"""People who must have addressed somebody before her answering is spoken of; and answers, before
their pace is."""

RARE, MOST = 0.2, 0.5
"""Share of those who addressed somebody that got an answer: up to the first she answers rarely,
from the second on mostly."""

NEW_DAYS, NEW_EVENTS = 90, 5
"""Somebody is new who came in so many days and was seen fewer times than that."""


class Pace(IntEnum):
    """How soon somebody answers, half of the times at least."""

    UNKNOWN = 0
    HOUR = 1
    DAY = 2
    FEW_DAYS = 3
    WEEK = 4
    LONGER = 5


PACE_DAYS = {Pace.HOUR: 1 / 24, Pace.DAY: 1.0, Pace.FEW_DAYS: 3.0, Pace.WEEK: 7.0}
"""Days within which an answer of each pace comes; LONGER takes more."""


class Answers(IntEnum):
    """How many of those who address somebody get an answer."""

    UNKNOWN = 0
    RARELY = 1
    SOMETIMES = 2
    MOSTLY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of n people. pace: uint8 [n], see `Pace`; answers: uint8 [n], see `Answers`.

    weeks_away: uint16 [n], whole weeks since she was last seen, NEVER if she never was.
    newcomer: bool [n], new here, and little known.
    """

    pace: NDArray[np.uint8]
    answers: NDArray[np.uint8]
    weeks_away: NDArray[np.uint16]
    newcomer: NDArray[np.bool_]


def build_habits(snapshot: Snapshot, profiles: Profiles) -> Habits:
    """Read them off what happened."""
    people = len(snapshot.person_ids)
    done, said = snapshot.activities, snapshot.interactions
    acted = done.taking_part()
    person, at = np.r_[done.persons[acted], said.persons], np.r_[done.at[acted], said.at]
    seen = np.bincount(person, minlength=people)
    first, last = np.full(people, snapshot.as_of_microseconds), np.full(people, -(2**62))
    np.minimum.at(first, person, at)
    np.maximum.at(last, person, at)
    first = np.where(snapshot.joined >= 0, np.minimum(snapshot.joined, first), first)
    known = (seen > 0) | (snapshot.joined >= 0)
    weeks = np.minimum((snapshot.as_of_microseconds - last) // WEEK_MICROSECONDS, NEVER - 1)
    new = first >= snapshot.as_of_microseconds - NEW_DAYS * DAY_MICROSECONDS
    return Habits(
        pace=_pace(profiles),
        answers=_answers(profiles),
        weeks_away=np.where(seen > 0, weeks, NEVER).astype(np.uint16),
        newcomer=known & new & (seen < NEW_EVENTS),
    )


def _pace(profiles: Profiles) -> NDArray[np.uint8]:
    bars = np.array(list(PACE_DAYS.values()), np.float32)
    steps = np.searchsorted(bars, profiles.reply_days, "left") + Pace.HOUR
    return np.where(profiles.replies >= LEAST_ASKED, steps, Pace.UNKNOWN).astype(np.uint8)


def _answers(profiles: Profiles) -> NDArray[np.uint8]:
    share = profiles.answered / np.maximum(profiles.asked, 1)
    steps = np.where(share <= RARE, Answers.RARELY, Answers.SOMETIMES)
    steps = np.where(share >= MOST, Answers.MOSTLY, steps)
    return np.where(profiles.asked >= LEAST_ASKED, steps, Answers.UNKNOWN).astype(np.uint8)
