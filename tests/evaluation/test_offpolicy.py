"""Judging a ranking by a log of another, on cases worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.offpolicy import Log, Refusal, Target, Verdict, judge, lines, logged_target
from evaluation.offpolicy.doubly_robust import doubly_robust
from evaluation.offpolicy.effective import effective_samples
from evaluation.offpolicy.ips import ips
from evaluation.offpolicy.log import NOBODY
from evaluation.offpolicy.reward_model import cross_fitted, shrunk_means
from evaluation.offpolicy.slots import Slots
from evaluation.offpolicy.snips import snips
from recommender.domain.errors import InputDataError


def test_wrong_predictions_do_no_harm_on_average():
    """With propensities right, any q at all leaves the estimate where it was."""
    rng = np.random.default_rng(0)
    weight = np.where(rng.random(400_000) < 0.25, 4.0, 0.0)
    reward, nonsense = rng.random(len(weight)), np.full(len(weight), 7.0)
    value = doubly_robust(weight, reward, nonsense, nonsense).value
    assert value == pytest.approx(0.5, abs=0.1)


def test_effective_samples_are_those_of_kish():
    """(1 + 2 + 3)² / (1 + 4 + 9), and all of them where weights are equal."""
    assert effective_samples(np.array([1.0, 2.0, 3.0, 0.0])) == pytest.approx(36 / 14)
    assert effective_samples(np.full(50, 0.3)) == pytest.approx(50)
    assert effective_samples(np.zeros(3)) == 0


def test_a_shift_of_the_rewards_shifts_the_self_normalised_estimate_alone():
    """SNIPS moves by as much; IPS by as much times the mean weight."""
    weight, reward = np.array([4.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 1.0])
    assert snips(weight, reward + 10).value == pytest.approx(snips(weight, reward).value + 10)
    assert ips(weight, reward + 10).value == pytest.approx(ips(weight, reward).value + 12.5)


def test_means_are_shrunk_by_how_little_is_known():
    """The same mean of 1 from many places outweighs that from a few; noise alone comes to 0."""
    rng = np.random.default_rng(0)
    sizes = np.array([1000, 1000, 10])
    group = np.repeat(np.arange(3), sizes).astype(np.int32)
    values = np.array([1.0, -1.0, 1.0])[group] + np.tile([-1.0, 1.0], sizes.sum() // 2)
    many, _, few = shrunk_means(group, values, 3)
    assert 0 < few < many < 1
    noise = shrunk_means(rng.integers(0, 500, 1000).astype(np.int32), rng.normal(size=1000), 500)
    assert np.abs(noise).max() < 0.3


def test_nobody_is_predicted_from_her_own_rewards():
    """Each person has a contact of her own; what she accepts tells nothing about her."""
    log = drawn_log(rewards=np.arange(40.0), contact=np.arange(40))
    slots = Slots.of(log, Target(name="same", propensity=np.ones(40), contact=log.contact))
    logged, expected = cross_fitted(slots, slots.target_contact, seed=0)
    assert np.array_equal(logged, expected)
    assert np.corrcoef(logged, slots.reward)[0, 1] < 0


def drawn_log(rewards: np.ndarray, **columns) -> Log:
    """A place drawn with propensity ½ for each of as many people."""
    count = len(rewards)
    log = Log(
        people=[f"p{person}" for person in range(count)],
        contacts=[f"c{contact}" for contact in range(count)],
        person=np.arange(count, dtype=np.int32),
        contact=np.zeros(count, np.int32),
        position=np.ones(count, np.int32),
        propensity=np.full(count, 0.5),
        reward=np.asarray(rewards, float),
    )
    return replace(log, **{name: np.asarray(c, np.int32) for name, c in columns.items()})


def half_target(count: int) -> Target:
    """Agrees at every other place."""
    return Target(name="half", propensity=np.tile([1.0, 0.0], count // 2))


def test_a_verdict_holds_the_figures_worked_out_by_hand():
    """Of 1,000 places, 500 agree, each with weight 2; of these 300 were accepted."""
    rewards = np.zeros(1000)
    rewards[:600:2] = 1
    verdict = judge(drawn_log(rewards), half_target(1000))
    assert isinstance(verdict, Verdict)
    assert (verdict.places, verdict.people, verdict.effective) == (1000, 1000, 500)
    assert (verdict.matched, verdict.largest_weight, verdict.mean_weight.value) == (0.5, 2, 1)
    assert verdict.shown.value == pytest.approx(0.3)
    for name in ("snips", "ips"):
        assert verdict.estimates[name].value.value == pytest.approx(0.6)
        assert verdict.estimates[name].difference.value == pytest.approx(0.3)
        assert verdict.estimates[name].verdict == "better"
    assert "target_contact_id" in verdict.left_out["doubly_robust"]
    assert verdict.notes == []


def test_the_same_log_gives_the_same_figures():
    """Resamples come from the seed, whatever was asked before."""
    log = drawn_log(np.tile([1, 1, 0, 0], 100))
    first, again, other = (
        judge(log, half_target(400), resamples=50, seed=seed) for seed in (4, 4, 5)
    )
    assert first == again != other


def test_a_ranking_no_better_than_what_was_shown_is_not_called_better():
    """Every place earns the same, so an interval of the difference holds 0."""
    verdict = judge(drawn_log(np.tile([1, 1, 0, 0], 250)), half_target(1000))
    assert isinstance(verdict, Verdict)
    assert {one.verdict for one in verdict.estimates.values()} == {"no difference shown"}
    assert any("no difference shown" in line for line in lines(verdict))


def test_people_are_resampled_with_all_their_places():
    """Fifty times the same place tells no more than one: the interval is as wide."""
    log = drawn_log(np.tile([1, 1, 0, 0], 100))
    copies = {
        name: np.tile(getattr(log, name), 50)
        for name in ("person", "contact", "position", "propensity", "reward")
    }
    once = judge(log, half_target(400))
    often = judge(replace(log, **copies), half_target(400 * 50))
    assert isinstance(once, Verdict)
    assert isinstance(often, Verdict)
    assert often.shown == once.shown
    assert often.effective == 50 * once.effective


def test_below_200_effective_samples_nothing_is_said_but_why():
    """99 places agree, of which all weigh the same."""
    agree = np.zeros(12_000)
    agree[:99] = 1
    refusal = judge(drawn_log(np.ones(12_000)), Target(name="far", propensity=agree))
    assert isinstance(refusal, Refusal)
    assert (refusal.needed, refusal.places) == (200, 12_000)
    assert refusal.effective == pytest.approx(99)
    assert "only 99 effective samples of 12,000 drawn places (200 are needed)" in refusal.reason
    assert lines(refusal) == [f"No claim is made about far: {refusal.reason}."]


def test_200_effective_samples_are_enough():
    """The bound itself is on the speaking side."""
    assert isinstance(judge(drawn_log(np.ones(400)), half_target(400)), Verdict)
    assert isinstance(judge(drawn_log(np.ones(398)), half_target(398)), Refusal)


def test_places_where_nothing_was_drawn_cannot_feign_samples():
    """A target that agrees with them all is not judged by them."""
    log = replace(drawn_log(np.ones(5000)), propensity=np.ones(5000))
    refusal = judge(log, Target(name="same", propensity=np.ones(5000)))
    assert isinstance(refusal, Refusal)
    assert (refusal.effective, refusal.places, refusal.fixed) == (0, 0, 5000)
    assert "every propensity is 1" in refusal.reason


def test_places_that_the_target_leaves_empty_are_counted_and_not_judged():
    """They would have earned it neither something nor nothing."""
    rewards = np.tile([1.0, 0.0], 1000)
    contact = np.where(np.arange(2000) < 1000, 0, NOBODY)
    log = drawn_log(rewards, target_contact=contact)
    verdict = judge(log, logged_target(log))
    assert isinstance(verdict, Verdict)
    assert (verdict.places, verdict.empty) == (1000, 1000)
    assert verdict.estimates["snips"].value.value == pytest.approx(0.5)


def test_few_places_are_named_as_what_is_missing():
    """A closer ranking would not help there."""
    refusal = judge(drawn_log(np.ones(20)), half_target(20))
    assert isinstance(refusal, Refusal)
    assert "only 20 drawn places" in refusal.reason


def test_a_target_that_shows_people_who_were_never_drawn_is_doubted():
    """Weights that average ½ give it away."""
    quarter = Target(name="beyond", propensity=np.tile([1.0, 0.0, 0.0, 0.0], 500))
    verdict = judge(drawn_log(np.ones(2000)), quarter)
    assert isinstance(verdict, Verdict)
    assert any("less than 1" in note for note in verdict.notes)
    assert any(line.startswith("Note: the weights average 0.5") for line in lines(verdict))


def test_propensities_that_are_too_low_are_doubted():
    """Weights that average 2 give them away."""
    log = replace(drawn_log(np.ones(2000)), propensity=np.full(2000, 0.25))
    verdict = judge(log, half_target(2000))
    assert isinstance(verdict, Verdict)
    assert any("more than 1" in note for note in verdict.notes)


def test_few_people_are_named_as_a_reason_for_doubt():
    """A thousand places of ten people are ten observations."""
    log = drawn_log(np.tile([1, 1, 0, 0], 250), person=np.arange(1000) % 10)
    verdict = judge(log, half_target(1000))
    assert isinstance(verdict, Verdict)
    assert any(note.startswith("only 10 people") for note in verdict.notes)


def test_one_person_is_not_predicted_from_others():
    """There is nobody else to learn from, and that is said."""
    contact = np.arange(1000) % 2
    log = drawn_log(np.ones(1000), person=np.zeros(1000), target_contact=-contact)
    verdict = judge(log, logged_target(log))
    assert isinstance(verdict, Verdict)
    assert "only one" in verdict.left_out["doubly_robust"]


def test_a_log_without_a_target_names_what_to_add():
    """Nothing to judge is an error of the caller."""
    with pytest.raises(InputDataError, match="target_propensity nor target_contact_id"):
        logged_target(drawn_log(np.ones(4)))
