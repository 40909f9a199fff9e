"""One network through time: its pairs now, as they were, and what they taught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot
from recommender.ties import foresight
from recommender.ties.calibration import Reliability
from recommender.ties.contacts import Contacts
from recommender.ties.foresight import STEP_DAYS, WINDOWS, Learned, Window
from recommender.ties.presence import Presence
from recommender.ties.states import Outcomes, dormant_ratio
from recommender.ties.traits import Past

LONGEST = 60
"""Steps back that peaks are looked for: fifteen years."""

_STEP = int(STEP_DAYS * DAY_MICROSECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What the past of a network taught about its ties, for the manifest and for reports.

    mutual: reliability of strength, as the probability of mutual contact in 90 days; returns: of
    contact either way in 180; None where the past is too short to tell. mutual_events,
    return_events: how often they happened. dormant_ratio: usual gaps that make a tie dormant.
    """

    mutual: Reliability | None
    returns: Reliability | None
    mutual_events: int
    return_events: int
    dormant_ratio: float

    def told(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            **asdict(self),
            "mutual": self.mutual and self.mutual.told(),
            "returns": self.returns and self.returns.told(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Futures:
    """What is foreseen for k pairs, float64 [k] each in [0, 1), 0 for pairs without contact."""

    strength: NDArray[np.float64]
    peak: NDArray[np.float64]
    returns: NDArray[np.float64]


class History:
    """A snapshot's contacts, to be looked at at any earlier time."""

    def __init__(self, snapshot: Snapshot, look_back: bool = True) -> None:
        self.snapshot, self.look_back = snapshot, look_back
        self.contacts = Contacts.of(snapshot.interactions, len(snapshot.person_ids))
        self.presence = Presence.of(snapshot)
        self.now = self.at(0)
        self._learn()

    def at(self, step: int) -> Past:
        """So many steps back."""
        now = self.snapshot.as_of_microseconds - step * _STEP
        return Past.of(self.snapshot, self.contacts, self.presence, now)

    @property
    def lessons(self) -> Lessons:
        """What was learned."""
        return Lessons(
            mutual=self.mutual_.reliability,
            returns=self.returns_.reliability,
            mutual_events=self.mutual_.events,
            return_events=self.returns_.events,
            dormant_ratio=self.dormant_ratio_,
        )

    def futures(self) -> Futures:
        """What is foreseen for every pair."""
        places = self.now.alive()
        strength, peak, returns = (np.zeros(len(self.contacts)) for _ in range(3))
        traits = self.now.traits(places)
        strength[places] = self.mutual_.predict(traits)
        returns[places] = self.returns_.predict(traits)
        peak[places] = strength[places]
        for step in range(1, self._steps()):
            was, places = self._stirred(step)
            then = self.mutual_.predict(was.traits(places))
            peak[places] = np.maximum(peak[places], then)
        return Futures(strength=strength, peak=peak, returns=returns)

    def _stirred(self, step: int) -> tuple[Past, NDArray[np.int64]]:
        """The network so many steps back, and the pairs that were in contact in the step before.

        Where there was no contact, strength has hardly risen since.
        """
        was = self.at(step)
        lately = was.sessions.last >= was.now - _STEP
        return was, np.flatnonzero(lately & (was.sessions.count > 0))

    def _steps(self) -> int:
        """How many steps back there is something to see, at most `LONGEST`."""
        if not (self.look_back and len(self.contacts.at)):
            return 0
        age = self.snapshot.as_of_microseconds - int(self.contacts.at.min())
        return min(-(-age // _STEP), LONGEST)

    def _learn(self) -> None:
        windows, outcomes = [], []
        for step, past in self._past():
            windows.append(foresight.look_back(past, self.contacts, step))
            if step >= foresight.RETURN_STEPS:
                outcomes.append(self._outcomes(past))
        self.mutual_ = _learned(windows, foresight.MUTUAL_STEPS)
        self.returns_ = _learned(windows, foresight.RETURN_STEPS)
        self.dormant_ratio_ = dormant_ratio(outcomes)

    def _past(self) -> Iterator[tuple[int, Past]]:
        for step in range(1, min(WINDOWS + 1, self._steps())):
            yield step, self.at(step)

    def _outcomes(self, past: Past) -> Outcomes:
        """Which silences there were, and which of them ended within the time of a return."""
        places = past.alive()
        days = foresight.RETURN_STEPS * STEP_DAYS
        forth, back = foresight.followed(self.contacts, past.now, days)
        return Outcomes.of(past.sessions, past.silence(places), past.rhythm, places, forth | back)


def _learned(windows: list[Window], steps: int) -> Learned:
    constant, weights = {
        foresight.MUTUAL_STEPS: (foresight.MUTUAL_CONSTANT, foresight.MUTUAL_PRIOR),
        foresight.RETURN_STEPS: (foresight.RETURN_CONSTANT, foresight.RETURN_PRIOR),
    }[steps]
    return foresight.learn(windows, steps, foresight.prior(constant, weights))
