"""What ties will do, learned from what they did: mutual contact, and return after a silence.

Training looks back to earlier times, at which all later contacts were still to come: what was
known of each tie then is held against what followed. The newest of these times is kept out of the
fit, and calibrates it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from recommender.domain.times import DAY_MICROSECONDS
from recommender.ties import logistic
from recommender.ties.calibration import Curve, Reliability, calibrate, reliability
from recommender.ties.contacts import Contacts
from recommender.ties.traits import TRAITS, Past

STEP_DAYS = 90.0
"""Days between the times that training looks back to."""

WINDOWS = 9
"""How many of these times there are at most."""

AT_MOST = 60_000
"""Ties looked at at each of them; where there are more, evenly chosen ones."""

HELD_OUT = 3
"""Of these, how many newest ones calibrate; of one alone, chance would set the level."""

MUTUAL_STEPS, RETURN_STEPS = 1, 2
"""How far ahead is looked, in steps: mutual contact in 90 days, any contact in 180."""

MUTUAL_PRIOR = {
    "contact_14": 0.6,
    "contact_180": 0.6,
    "contact_730": -0.2,
    "lesser_180": 0.5,
    "reciprocity": 0.1,
    "sessions": 0.2,
    "duration": 0.05,
    "overlap": 0.5,
    "unusual": -0.2,
    "busy_lesser": 0.3,
    "busy_greater": 0.15,
    "gone_longer": -0.45,
}
RETURN_PRIOR = {
    "contact_14": 0.2,
    "contact_180": 0.5,
    "lesser_180": 0.4,
    "reciprocity": 0.1,
    "sessions": 0.3,
    "duration": 0.05,
    "overlap": 1.0,
    "burstiness": -0.15,
    "unusual": -0.3,
    "busy_lesser": 0.35,
    "busy_greater": 0.15,
    "gone_longer": -0.4,
}
MUTUAL_CONSTANT, RETURN_CONSTANT = -4.5, -2.3
"""Log odds where a host tells nothing: rounded means of what three real networks told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """m ties at a time that is past, and what followed.

    traits: float64 [m, TRAITS]; happened: by steps ahead, bool [m].
    """

    traits: NDArray[np.float64]
    happened: dict[int, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """Predicts one thing. coefficients: float64 [1 + TRAITS], the first the constant."""

    coefficients: NDArray[np.float64]
    curve: Curve

    def __call__(self, traits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities, float64 [m] in (0, 1), of ties with `traits`, [m, TRAITS]."""
        return self.curve(_raw(self.coefficients, traits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A predictor, and how one made the same way did on a time it had not seen.

    events: how often what it predicts happened in all that it was learned from.
    """

    predict: Predictor
    events: int
    reliability: Reliability | None


def learn(windows: Sequence[Window], steps: int, start: NDArray[np.float64]) -> Learned:
    """Learn what happens within so many steps. windows: the newest first, one per step back."""
    # What followed the newest windows is not all known yet.
    known = windows[steps - 1 :]
    events = sum(int(window.happened[steps].sum()) for window in known)
    return Learned(
        predict=_fit(known, steps, start),
        events=events,
        reliability=_rehearse(known, steps, start),
    )


def prior(constant: float, weights: dict[str, float]) -> NDArray[np.float64]:
    """Coefficients to start from, float64 [1 + TRAITS]."""
    return np.array([constant, *(weights.get(name, 0.0) for name in TRAITS)])


def look_back(past: Past, contacts: Contacts, step: int) -> Window:
    """The ties of `past`, and what `contacts` tells of them since: `step` steps until now."""
    places = past.alive()
    places = places[:: max(1, -(-len(places) // AT_MOST))]
    happened = {}
    for steps in (MUTUAL_STEPS, RETURN_STEPS):
        if step >= steps:
            forth, back = followed(contacts, past.now, steps * STEP_DAYS)
            both = forth & back if steps == MUTUAL_STEPS else forth | back
            happened[steps] = both[places]
    return Window(traits=past.traits(places), happened=happened)


def followed(
    contacts: Contacts, start: int, days: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """In which pairs the low row addressed the high one within days, and the other way round."""
    end = start + int(days * DAY_MICROSECONDS)
    inside = (contacts.at >= start) & (contacts.at < end)
    ways = (inside & contacts.forth, inside & ~contacts.forth)
    forth, back = (np.bincount(contacts.pair[way], minlength=len(contacts)) > 0 for way in ways)
    return forth, back


def _fit(windows: Sequence[Window], steps: int, start: NDArray[np.float64]) -> Predictor:
    """Calibrated on the first windows, fitted on those whose outcome was known by then."""
    earlier = windows[HELD_OUT - 1 + steps :]
    coefficients = start
    if earlier:
        x = np.concatenate([window.traits for window in earlier])
        y = np.concatenate([window.happened[steps] for window in earlier])
        coefficients = logistic.fit(logistic.with_one(x), y, start)
    held_out = windows[:HELD_OUT]
    raw = [_raw(coefficients, window.traits) for window in held_out]
    happened = [window.happened[steps] for window in held_out]
    return Predictor(
        coefficients=coefficients,
        curve=calibrate(np.concatenate([[], *raw]), np.concatenate([[], *happened]) > 0),
    )


def _rehearse(
    windows: Sequence[Window], steps: int, start: NDArray[np.float64]
) -> Reliability | None:
    """How a predictor made a step earlier would have done on the first window."""
    earlier = windows[steps:]
    if not earlier or not len(windows[0].traits):
        return None
    predicted = _fit(earlier, steps, start)(windows[0].traits)
    return reliability(predicted, windows[0].happened[steps])


def _raw(coefficients: NDArray[np.float64], traits: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(expit(coefficients[0] + traits @ coefficients[1:]), np.float64)
