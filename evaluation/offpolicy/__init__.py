"""What another ranking would have earned, judged by what people did with the one they were shown.

Needs a log with the probability of everything that was shown; see docs/offpolicy.md.
"""

from __future__ import annotations

import numpy as np

from evaluation.document import Estimate
from evaluation.doubt import FEW
from evaluation.offpolicy.doubly_robust import doubly_robust
from evaluation.offpolicy.effective import effective_samples
from evaluation.offpolicy.ips import ips
from evaluation.offpolicy.log import Log, read_log
from evaluation.offpolicy.policy import Target, logged_target, model_target
from evaluation.offpolicy.reward_model import cross_fitted
from evaluation.offpolicy.slots import Slots
from evaluation.offpolicy.snips import snips
from evaluation.offpolicy.terms import Terms, mean, resampled
from evaluation.offpolicy.verdict import Judged, Refusal, Verdict, lines, told
from evaluation.replicates import interval
from evaluation.resamples import Resamples

__all__ = [
    "Log",
    "Refusal",
    "Target",
    "Verdict",
    "judge",
    "lines",
    "logged_target",
    "model_target",
    "read_log",
]

NEEDED = 200
"""Effective samples below which nothing is said (science §8.12)."""


def judge(log: Log, target: Target, resamples: int = 2000, seed: int = 0) -> Verdict | Refusal:
    """What `target` would have earned per drawn place of `log`, or why that cannot be told.

    resamples: of people, for the intervals, >= 1. The same arguments give the same figures.
    """
    slots = Slots.of(log, target)
    effective = effective_samples(slots.weight)
    if effective < NEEDED:
        return _refusal(slots, target, effective)
    terms, left_out = _estimators(slots, seed)
    names, people = list(terms), slots.people
    sides = [mean(slots.reward), mean(slots.weight)]
    drawn = Resamples(slots.person.astype(np.int64), resamples, seed)
    shown, weight, *values = resampled([*sides, *terms.values()], drawn)
    mean_weight = interval(weight, people)
    return Verdict(
        target=target.name,
        places=len(slots),
        fixed=slots.fixed,
        empty=slots.empty,
        people=people,
        shown=interval(shown, people),
        mean_weight=mean_weight,
        effective=effective,
        matched=float((slots.weight > 0).mean()),
        largest_weight=float(slots.weight.max()),
        estimates={
            name: Judged.of(interval(value, people), interval((value - shown).round(12), people))
            for name, value in zip(names, values, strict=True)
        },
        left_out=left_out,
        notes=[*target.notes, *_doubts(mean_weight)],
    )


def _estimators(slots: Slots, seed: int) -> tuple[dict[str, Terms], dict[str, str]]:
    """Every estimator that can be had, and why the others cannot."""
    terms, left_out = {"snips": snips(slots.weight, slots.reward)}, {}
    if slots.target_contact is None:
        left_out["doubly_robust"] = (
            "it needs to know whom the target shows at each place: "
            "add target_contact_id to the log, or name a model"
        )
    elif slots.people < 2:
        left_out["doubly_robust"] = "it predicts a person from others, and there is only one"
    else:
        predicted = cross_fitted(slots, slots.target_contact, seed)
        terms["doubly_robust"] = doubly_robust(slots.weight, slots.reward, *predicted)
    return terms | {"ips": ips(slots.weight, slots.reward)}, left_out


def _doubts(weight: Estimate) -> list[str]:
    """What speaks against the figures."""
    found = []
    if weight.people < FEW:
        found.append(f"only {weight.people} people stand behind this: too few to show a difference")
    if weight.high is not None and weight.high < 1:
        found.append(
            f"the weights average {told(weight)}, less than 1: the judged ranking shows people "
            "who could not be drawn there, or propensities are logged too high; the figures say "
            "nothing about those people"
        )
    elif weight.low is not None and weight.low > 1:
        found.append(
            f"the weights average {told(weight)}, more than 1: propensities are logged too low, "
            "and the figures are wrong by as much"
        )
    return found


def _refusal(slots: Slots, target: Target, effective: float) -> Refusal:
    return Refusal(
        target=target.name,
        places=len(slots),
        fixed=slots.fixed,
        empty=slots.empty,
        people=slots.people,
        effective=effective,
        needed=NEEDED,
        reason=_reason(slots, effective),
        notes=list(target.notes),
    )


def _reason(slots: Slots, effective: float) -> str:
    places = len(slots)
    if not places and not slots.empty:
        return (
            f"nothing was drawn at any of the {slots.fixed:,} places (every propensity is 1), so "
            "no other ranking could be seen at work; draw some places at random"
        )
    if places < NEEDED:
        return (
            f"only {places:,} drawn places can be judged ({NEEDED} effective samples are needed; "
            f"nothing was drawn at {slots.fixed:,} others, and the judged ranking leaves "
            f"{slots.empty:,} empty); draw more places"
        )
    return (
        f"only {effective:,.0f} effective samples of {places:,} drawn places ({NEEDED} are "
        "needed): the judged ranking rarely agrees with what was shown, or mostly where that was "
        "improbable; draw more places, or judge a closer ranking"
    )
