"""What is foreseen of ties: the fit, the calibration, and that nothing looks ahead."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from evaluation.metrics.calibration import brier, calibration_error
from recommender import bundle, lookback
from recommender.domain.times import DAY_MICROSECONDS
from recommender.domain.versions import read_manifest
from recommender.ties import build_ties, learn_ties, logistic
from recommender.ties.calibration import ENOUGH, calibrate, reliability
from recommender.ties.foresight import (
    MUTUAL_CONSTANT,
    MUTUAL_PRIOR,
    MUTUAL_STEPS,
    RETURN_PRIOR,
    Window,
    followed,
    learn,
    prior,
)
from recommender.ties.traits import TRAITS
from tests.recommender.ties_by_hand import Looked, at, contacts
from tests.world_builder import World


def drawn(b, count, seed=3):
    """Rows with a constant, and outcomes that coefficients b make likely."""
    random = np.random.default_rng(seed)
    x = logistic.with_one(random.normal(size=(count, len(b) - 1)))
    return x, random.random(count) < expit(x @ np.array(b))


def test_a_fit_finds_the_coefficients_that_made_the_data():
    """Wherever it starts."""
    b = np.array([-2.0, 1.0, -0.5])
    x, y = drawn(b, 20_000)
    for start in (np.zeros(3), np.array([3.0, -3.0, 3.0])):
        assert logistic.fit(x, y, start) == pytest.approx(b, abs=0.1)


def test_a_fit_without_data_stays_where_it_starts():
    """And with little it stays near."""
    start = np.array([-1.0, 0.5, 0.25])
    assert (logistic.fit(np.zeros((0, 3)), np.zeros(0, bool), start) == start).all()
    x, y = drawn([-1.0, 3.0, 0.25], 5)
    assert logistic.fit(x, y, start)[1:] == pytest.approx(start[1:], abs=0.5)


def test_priors_name_traits():
    """Of a misspelt one nobody would hear."""
    assert {*MUTUAL_PRIOR, *RETURN_PRIOR} <= {*TRAITS}


def test_a_curve_makes_exaggerations_come_true():
    """Three times too high, as strength without calibration was."""
    random = np.random.default_rng(1)
    raw = random.random(40_000) ** 3
    happened = random.random(40_000) < raw / 3
    fresh = random.random(40_000) ** 3
    assert (
        calibration_error(calibrate(raw, happened)(fresh), random.random(40_000) < fresh / 3) < 0.01
    )


@pytest.mark.parametrize("events", [0, 10, ENOUGH, 5000])
def test_a_curve_keeps_the_order_and_stays_inside(events):
    """However many events it rests on: different predictions stay different."""
    raw = np.linspace(0, 1, 20_001)
    happened = np.zeros(len(raw), bool)
    happened[len(raw) - events :] = True
    told = calibrate(raw, happened)(raw[1:-1])
    assert (np.diff(told) > 0).all()
    assert (told > 0).all()
    assert (told < 1).all()


def test_few_events_only_shift():
    """The mean comes nearer to what was seen."""
    raw = np.full(1000, 0.3)
    happened = np.arange(1000) < 100
    assert calibrate(raw, happened)(raw[:1])[0] == pytest.approx(0.1, abs=0.02)
    assert calibrate(raw[:0], happened[:0])(raw[:1])[0] == pytest.approx(0.3, abs=1e-5)


def test_reliability_is_that_of_the_evaluation():
    """The same error and the same Brier score, by another way."""
    random = np.random.default_rng(2)
    predicted = random.random(1000)
    happened = random.random(1000) < predicted**2
    found = reliability(predicted, happened)
    assert found.error == pytest.approx(calibration_error(predicted, happened), abs=1e-6)
    assert found.brier == pytest.approx(brier(predicted, happened), abs=1e-6)
    assert found.counts == (100,) * 10
    assert list(found.predicted) == sorted(found.predicted)


def test_what_followed_is_counted_from_the_time_on():
    """From its first microsecond, and before the last one."""
    said = contacts([(0, 1, 9.9), (0, 1, 10), (1, 0, 19.9), (2, 3, 20), (2, 1, 15)])
    forth, back = followed(said, at(10), 10)
    pairs = list(zip(said.low.tolist(), said.high.tolist(), strict=True))
    assert dict(zip(pairs, forth.tolist(), strict=True)) == {
        (0, 1): True, (1, 2): False, (2, 3): False,
    }  # fmt: skip
    assert dict(zip(pairs, back.tolist(), strict=True)) == {
        (0, 1): True, (1, 2): True, (2, 3): False,
    }  # fmt: skip


def windows(count, size=400):
    """Times at which more contact made mutual contact likelier, all of one kind."""
    random = np.random.default_rng(7)
    out = []
    for _ in range(count):
        traits = random.random((size, len(TRAITS)))
        likely = expit(-4 + 6 * traits[:, TRAITS.index("sessions")])
        out.append(Window(traits=traits, happened={MUTUAL_STEPS: random.random(size) < likely}))
    return out


def test_learning_needs_no_past():
    """Without windows the prior speaks, and nothing is said of its reliability."""
    start = prior(MUTUAL_CONSTANT, MUTUAL_PRIOR)
    learned = learn([], MUTUAL_STEPS, start)
    traits = windows(1, 5)[0].traits
    assert learned.predict(traits) == pytest.approx(expit(start[0] + traits @ start[1:]), abs=1e-5)
    assert (learned.events, learned.reliability) == (0, None)


def test_what_is_learned_comes_true():
    """And is told of as it was on a time not learned from."""
    past = windows(9)
    learned = learn(past[1:], MUTUAL_STEPS, prior(MUTUAL_CONSTANT, MUTUAL_PRIOR))
    fresh = past[0]
    assert calibration_error(learned.predict(fresh.traits), fresh.happened[MUTUAL_STEPS]) < 0.06
    assert learned.events == sum(window.happened[MUTUAL_STEPS].sum() for window in past[1:])
    assert learned.reliability is not None
    assert learned.reliability.error < 0.06


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """Forty pairs, half of them in touch for two years, the other half for one month of it."""
    world = World()
    for i in range(40):
        days = range(3 + i % 7, 700, 20) if i % 2 else range(500 + i, 530 + i, 5)
        world.talk(f"a{i}", f"b{i}", *days)
        world.works(f"a{i}", "soil", *range(1, 700, 30)).works(f"b{i}", "soil", *range(2, 700, 30))
    return Looked(world, tmp_path_factory.mktemp("busy"))


def strengths(world, name="strength"):
    """A column, of lasting pairs and of short ones."""
    ties = world.ties
    lasting = np.array([int(world.people[row][1:]) % 2 == 1 for row in ties.persons()])
    values = getattr(ties, name)
    return values[lasting], values[~lasting]


def test_ties_that_lasted_are_foreseen_to_last(busy):
    """Nearly surely, where nothing else was ever seen."""
    lasting, short = strengths(busy)
    assert lasting.min() > 0.8
    assert short.max() < 0.1


def test_a_tie_that_was_strong_once_keeps_its_peak(busy):
    """The short ones were as strong as others in their month."""
    for peak, strength in zip(strengths(busy, "peak"), strengths(busy), strict=True):
        assert (peak >= strength).all()
    assert np.median(strengths(busy, "peak")[1]) > 0.3


def test_ties_that_went_quiet_are_less_likely_to_come_back(busy):
    """Than lasting ones are to go on."""
    lasting, short = strengths(busy, "returns")
    assert lasting.min() > 0.8
    assert short.max() < 0.4


def test_lessons_say_how_much_they_rest_on(busy):
    """Twenty lasting pairs in nine windows, and their contacts in eight."""
    _, lessons = learn_ties(busy.snapshot)
    assert lessons.mutual_events >= 20 * 7
    assert lessons.return_events >= 20 * 6
    assert lessons.mutual is not None
    assert lessons.mutual.error < 0.1


def test_lessons_are_told_in_the_manifest(built):
    """As they were learned."""
    world = built("dormant_pair")
    manifest = read_manifest(world.model_folder, "model", bundle.FORMAT)
    assert manifest["learned"]["ties"] == learn_ties(world.snapshot)[1].told()


def test_lessons_are_json_values(busy):
    """The tables of reliability with them."""
    told = learn_ties(busy.snapshot)[1].told()
    assert json.loads(json.dumps(told)) == told
    assert len(told["mutual"]["predicted"]) == len(told["mutual"]["counts"]) > 1


def test_ties_without_their_past_are_the_same_but_for_what_it_teaches(busy):
    """Who, when, how often, in which rhythm: all that needs no looking back."""
    plain, learned = build_ties(busy.snapshot, look_back=False), busy.ties
    for name in ("contacts", "sent", "last", "topics", "sessions", "usual_gap", "dormancy"):
        assert (getattr(plain, name) == getattr(learned, name)).all(), name
    assert (plain.peak == plain.strength).all()
    assert (plain.strength > 0).all()


def test_ties_of_an_earlier_time_know_nothing_of_later(busy):
    """The same, whether what came after is in the snapshot's log or not."""
    then = busy.snapshot.as_of_microseconds - 200 * DAY_MICROSECONDS
    earlier = lookback.before(busy.snapshot, then)
    cut = replace(
        earlier, activities=busy.snapshot.activities, interactions=busy.snapshot.interactions
    )
    known, leaked = build_ties(earlier), build_ties(cut)
    for name in ("strength", "peak", "returns", "silence", "dormant", "usual_gap"):
        assert (getattr(known, name) == getattr(leaked, name)).all(), name
