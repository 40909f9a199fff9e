"""What came of judging a ranking by a log, as values and in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.document import Estimate
from evaluation.doubt import verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One estimator. value: reward a place under the target. difference: less what was shown.

    verdict: on the difference, see `evaluation.doubt.verdict`.
    """

    value: Estimate
    difference: Estimate
    verdict: str

    @classmethod
    def of(cls, value: Estimate, difference: Estimate) -> Judged:
        """With the verdict on the difference."""
        return cls(value=value, difference=difference, verdict=verdict(difference))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a target would have earned on the places that it could be judged on.

    target: its name. places: how many were judged; fixed: left out because nothing was drawn
    there; empty: left out because the target shows nobody there. people: whose places they are.
    shown: reward a place of what was shown at them. mean_weight: 1 where the target shows nobody
    who could not be drawn and propensities are right. effective: samples, by Kish. matched: share
    of the places that the target could have filled alike, in [0, 1]. largest_weight: of a single
    place; nothing is clipped. estimates: by estimator, `snips` first, which is the one to quote.
    left_out: estimators that could not be had, and why. notes: what a reader has to know.
    """

    target: str
    places: int
    fixed: int
    empty: int
    people: int
    shown: Estimate
    mean_weight: Estimate
    effective: float
    matched: float
    largest_weight: float
    estimates: dict[str, Judged]
    left_out: dict[str, str]
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why nothing is said of a target. Fields as in `Verdict`; needed: effective samples."""

    target: str
    places: int
    fixed: int
    empty: int
    people: int
    effective: float
    needed: int
    reason: str
    notes: list[str]


TITLES = {
    "snips": "Self-normalised (SNIPS)",
    "doubly_robust": "Doubly robust",
    "ips": "Inverse propensity (IPS)",
}


def lines(result: Verdict | Refusal) -> list[str]:
    """The sentences printed for people."""
    if isinstance(result, Refusal):
        return [f"No claim is made about {result.target}: {result.reason}.", *_notes(result)]
    judged = [f"{TITLES[name]}: {_told(one)}." for name, one in result.estimates.items()]
    missing = [f"{TITLES[name]}: not available; {why}." for name, why in result.left_out.items()]
    return [_heading(result), *judged, *missing, _weights(result), *_notes(result)]


def _heading(result: Verdict) -> str:
    return (
        f"{result.target}, judged on {result.places:,} drawn places of {result.people:,} people"
        f"{_left_out(result)}. What was shown there earned {told(result.shown)} a place (with "
        "95 % intervals)."
    )


def _weights(result: Verdict) -> str:
    return (
        f"{result.effective:,.0f} effective samples; {result.matched:.1%} of the places agree with "
        f"what was shown; the largest weight is {result.largest_weight:,.1f}, the mean weight "
        f"{told(result.mean_weight)}, where 1 is expected."
    )


def _notes(result: Verdict | Refusal) -> list[str]:
    return [f"Note: {note}." for note in result.notes]


def _left_out(result: Verdict) -> str:
    parts = {"where nothing was drawn": result.fixed, "that it leaves empty": result.empty}
    told_parts = [f"{count:,} {why}" for why, count in parts.items() if count]
    return f" (left out: {' and '.join(told_parts)})" if told_parts else ""


def _told(one: Judged) -> str:
    return f"{told(one.value)}; against what was shown {told(one.difference, '+')}: {one.verdict}"


def told(estimate: Estimate, sign: str = "-") -> str:
    """An estimate in figures; sign: "+" to write that of positive ones too.

    >>> told(Estimate(value=0.125, low=-0.1, high=0.35, people=9), "+")
    '+0.125 [-0.1, +0.35]'
    """
    figures = [
        "undefined" if figure is None else f"{figure:{sign}.4g}"
        for figure in (estimate.value, estimate.low, estimate.high)
    ]
    return f"{figures[0]} [{figures[1]}, {figures[2]}]"
