"""Judging a ranking by simulated logs of another, where the true value is known."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.offpolicy import Verdict, judge
from evaluation.offpolicy.doubly_robust import doubly_robust
from evaluation.offpolicy.ips import ips
from evaluation.offpolicy.slots import Slots
from tests.evaluation.simulated_logs import Community

REPETITIONS, PEOPLE = 200, 500
COMMUNITY = Community.of(seed=1)
CERTAIN, SHARP = COMMUNITY.value(COMMUNITY.certain), COMMUNITY.value(COMMUNITY.sharp)
LOGGING = COMMUNITY.value(COMMUNITY.logging)


@pytest.fixture(scope="module")
def verdicts() -> dict[str, list[Verdict]]:
    """Verdicts on 200 logs, of a deterministic and of a stochastic target."""
    found: dict[str, list[Verdict]] = {"certain": [], "sharp": []}
    for seed in range(REPETITIONS):
        simulated = COMMUNITY.log(PEOPLE, seed=seed)
        log = simulated.table
        targets = simulated.certain_target(), simulated.target(COMMUNITY.sharp)
        for name, target in zip(found, targets, strict=True):
            verdict = judge(log, target, resamples=200, seed=10_000 + seed)
            assert isinstance(verdict, Verdict)
            found[name].append(verdict)
    return found


CASES = [
    ("certain", "snips", CERTAIN),
    ("certain", "doubly_robust", CERTAIN),
    ("certain", "ips", CERTAIN),
    ("sharp", "snips", SHARP),
    ("sharp", "ips", SHARP),
]


def covered(intervals, truth: float) -> int:
    return sum(one.low <= truth <= one.high for one in intervals)


@pytest.mark.parametrize(("target", "estimator", "truth"), CASES)
def test_the_interval_covers_the_true_value(verdicts, target, estimator, truth):
    """In 90 to 99 % of 200 logs, neither too sure nor too shy."""
    values = [one.estimates[estimator].value for one in verdicts[target]]
    assert 180 <= covered(values, truth) <= 198


@pytest.mark.parametrize(("target", "estimator", "truth"), CASES)
def test_the_interval_covers_the_true_difference(verdicts, target, estimator, truth):
    """What a change of ranking would bring is what the figures are for."""
    values = [one.estimates[estimator].difference for one in verdicts[target]]
    assert 180 <= covered(values, truth - LOGGING) <= 198


def test_the_weights_of_a_sound_log_average_1(verdicts):
    """So an interval without 1 speaks against the log."""
    assert 180 <= covered([one.mean_weight for one in verdicts["certain"]], 1) <= 198


def test_what_was_shown_is_told_as_surely(verdicts):
    """The plain mean, too, has an interval over people."""
    assert 180 <= covered([one.shown for one in verdicts["certain"]], LOGGING) <= 198


@pytest.mark.parametrize("estimator", ["ips", "doubly_robust"])
def test_an_estimator_is_right_on_average(verdicts, estimator):
    """The mean over 200 logs is the truth, up to its own error."""
    values = np.array([one.estimates[estimator].value.value for one in verdicts["certain"]])
    assert abs(values.mean() - CERTAIN) < 3 * values.std() / np.sqrt(len(values))


def test_taking_everything_shown_for_what_the_target_would_earn_is_wrong(verdicts):
    """The worlds of these tests are not so easy that any mean would do."""
    assert covered([one.shown for one in verdicts["certain"]], CERTAIN) < 20


def test_fitted_predictions_make_estimates_steadier(verdicts):
    """Doubly robust varies less from log to log than plain weighting."""
    spread = {
        name: np.std([one.estimates[name].value.value for one in verdicts["certain"]])
        for name in ("ips", "doubly_robust")
    }
    assert spread["doubly_robust"] < 0.9 * spread["ips"]


def test_perfect_predictions_make_estimates_steadier():
    """With the true chances of acceptance for q, on the same logs, and still right on average."""
    values: dict[str, list[float]] = {"ips": [], "perfect": []}
    for seed in range(60):
        simulated = COMMUNITY.log(PEOPLE, seed=seed)
        slots = Slots.of(simulated.table, simulated.certain_target())
        at = simulated.kind, simulated.at
        truth = (
            COMMUNITY.earned[(*at, simulated.pick)],
            (COMMUNITY.certain * COMMUNITY.earned).sum(axis=2)[at],
        )
        given = slots.weight, slots.reward
        values["ips"].append(ips(*given).value)
        values["perfect"].append(doubly_robust(*given, *truth).value)
    assert np.std(values["perfect"]) < 0.9 * np.std(values["ips"])
    assert np.mean(values["perfect"]) == pytest.approx(CERTAIN, abs=0.01)
