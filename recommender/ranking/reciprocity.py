"""Learns how surely a contact would go both ways: the chances of two strangers (`chances`).

Each is a logistic line over the terms of relevance and over how surely the two are around, learned
from what followed at earlier times and made to come true as often as it says (isotonic) on the
newest of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from recommender.domain.slate import FACTORS
from recommender.ranking.chances import CHANCES, to_chance
from recommender.ranking.learning import Examples
from recommender.ranking.relevance import LEVELS, TERMS, USUAL
from recommender.ties import logistic
from recommender.ties.calibration import Curve, calibrate, reliability

TRAITS = ("asker_around", "candidate_around", "candidate_answers")
"""What is told of a pair besides its terms, in the order of `Examples.traits`."""

LEAST_EVENTS = 30
"""Events of each kind at earlier times below which nothing is said of chances."""

MOST_OTHERS = 100_000
"""Pairs between whom nothing happened that a line is fitted on; drawn evenly, and made up for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Predicts one of `CHANCES`. coefficients: float64 [1 + terms + traits]."""

    coefficients: NDArray[np.float64]
    curve: Curve

    def __call__(self, codes: NDArray[np.uint8], traits: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Chances of pairs, float64 [m] in (0, 1); codes: [m, terms]; traits: [m, TRAITS]."""
        return self.curve(_raw(self.coefficients, _features(codes, traits)))


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """Predicts all of `CHANCES`, or nothing where too little is known; and how well it did."""

    chances: tuple[Chance, ...]
    report: dict[str, Any]

    def __call__(self, codes: NDArray[np.uint8], traits: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Of pairs, uint8 [m, CHANCES], see `chances.from_chance`; 0 where nothing is known."""
        if not self.chances:
            return np.zeros((len(codes), len(CHANCES)), np.uint8)
        return np.column_stack([to_chance(chance(codes, traits)) for chance in self.chances])


def learn_reciprocity(examples: Sequence[Examples]) -> Reciprocity:
    """Learn all chances. examples: of earlier times, newest first."""
    events = {name: sum(int(happened(one, name).sum()) for one in examples) for name in CHANCES}
    report: dict[str, Any] = {"events": events, "known": min(events.values()) >= LEAST_EVENTS}
    if not report["known"]:
        return Reciprocity((), report)
    report["reliability"] = {name: _rehearsed(examples, name) for name in CHANCES}
    return Reciprocity(tuple(_fit(examples, name) for name in CHANCES), report)


def happened(examples: Examples, name: str) -> NDArray[np.bool_]:
    """Which of its pairs a chance came true for: bool, of all pairs, or of those it is about."""
    outcomes = {
        "addresses": examples.met,
        "addressed": examples.back,
        "answers": examples.back[examples.met],
    }
    return outcomes[name]


def _fit(examples: Sequence[Examples], name: str) -> Chance:
    """Fitted on all times but the newest, which calibrates it; on that alone where it is alone."""
    lines = _line(examples[1:] or examples, name)
    codes, traits, came = _pairs(examples[0], name)
    raw = _raw(lines, _features(codes, traits))
    return Chance(coefficients=lines, curve=calibrate(raw, came))


def _rehearsed(examples: Sequence[Examples], name: str) -> dict[str, Any] | None:
    """How what was learned a time earlier would have done on the newest."""
    codes, traits, came = _pairs(examples[0], name)
    if len(examples) < 3 or not len(came):
        return None
    return reliability(_fit(examples[1:], name)(codes, traits), came).told()


def _line(examples: Sequence[Examples], name: str) -> NDArray[np.float64]:
    """Coefficients of the log odds: float64 [1 + terms + traits]."""
    parts = [_pairs(one, name) for one in examples]
    came = np.concatenate([part[2] for part in parts])
    others = np.flatnonzero(~came)
    share = min(1.0, MOST_OTHERS / max(len(others), 1))
    if share < 1:
        others = np.sort(np.random.default_rng(0).choice(others, MOST_OTHERS, replace=False))
    kept = np.sort(np.concatenate([np.flatnonzero(came), others]))
    codes, traits = (np.concatenate([part[i] for part in parts])[kept] for i in (0, 1))
    usual = np.log((came.sum() + 1) / (len(others) + 1))
    start = np.concatenate([[usual], np.zeros(len(TERMS) + len(TRAITS))])
    found = logistic.fit(logistic.with_one(_features(codes, traits)), came[kept], start)
    # Of those between whom nothing happened, only a share was looked at (King & Zeng 2001).
    found[0] += np.log(share)
    return found


def _pairs(
    examples: Examples, name: str
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    """Codes, traits and outcomes of the pairs that a chance is about."""
    about = examples.met if name == "answers" else slice(None)
    return examples.codes[about], examples.traits[about], happened(examples, name)


def _features(codes: NDArray[np.uint8], traits: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Factors in [-1, 1], signals and traits in [0, 1]: float64 [m, terms + traits]."""
    own = (codes[:, : len(FACTORS)].astype(np.float64) - USUAL) / USUAL
    rest = np.concatenate([codes[:, len(FACTORS) :], traits], axis=1) / (LEVELS - 1)
    return np.concatenate([own, rest], axis=1)


def _raw(coefficients: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    # Not by BLAS, which rounds a pair's sum by how many others are asked for with it.
    return np.asarray(expit(coefficients[0] + (x * coefficients[1:]).sum(axis=1)), np.float64)
