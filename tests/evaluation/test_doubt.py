"""Intervals, comparisons and corrections, held against what is known by construction."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation import resamples as drawing
from evaluation.document import Estimate
from evaluation.doubt import (
    FEW,
    Resamples,
    compare,
    estimates,
    verdict,
)

NAN = float("nan")


def drawn(people: int, count: int = 1000, times: int = 1, seed: int = 3) -> Resamples:
    """Resamples of so many people, each of whom was asked so many times."""
    return Resamples(np.repeat(np.arange(people), times), count, seed)


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


def covers(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


def test_intervals_cover_the_true_mean_as_often_as_they_say():
    """Of 1,500 samples of skewed values with mean ½, about 95 % of intervals hold it.

    A little fewer may, because percentile intervals of 100 skewed values are somewhat narrow;
    intervals of 90 % or 99 % would both be found out.
    """
    values = np.random.default_rng(0).beta(0.5, 0.5, (1500, 100))
    held = [covers(one, 0.5) for one in estimates(list(values), drawn(100))]
    assert 0.925 <= np.mean(held) <= 0.965


def test_under_no_difference_few_are_called_better_or_worse():
    """Two systems alike but for chance differ beyond doubt about once in twenty times."""
    draw = np.random.default_rng(1)
    pairs = [(draw.random(80), draw.random(80)) for _ in range(600)]
    found = compare(pairs, drawn(80))
    shown = np.mean([verdict(one.difference) != "no difference shown" for one in found])
    assert 0.03 <= shown <= 0.08
    assert shown == pytest.approx(np.mean([(one.p or 1) <= 0.05 for one in found]))


def test_whoever_answers_alike_at_every_cutoff_counts_once():
    """Four equal values of each person make the interval of one, not of four times the people."""
    values = np.random.default_rng(2).random(50)
    once = estimates([values], drawn(50))[0]
    again = estimates([np.repeat(values, 4)], drawn(50, times=4))[0]
    apart = estimates([np.repeat(values, 4)], drawn(200))[0]
    assert again.value == pytest.approx(once.value)
    assert width(again) == pytest.approx(width(once))
    assert (again.people, apart.people) == (50, 200)
    assert width(apart) < 0.6 * width(again)


def test_a_figure_is_the_mean_of_what_is_defined():
    """NaN counts neither as a value nor as a person."""
    one, other = estimates(
        [np.array([1.0, NAN, 0.0, NAN]), np.array([NAN, 0.25, NAN, 0.25])], drawn(2, times=2)
    )
    assert (one.value, one.people) == (0.5, 2)
    assert (other.value, other.people) == (0.25, 2)
    assert (other.low, other.high) == (0.25, 0.25)


def test_what_nobody_has_is_undefined():
    """No value, no interval, no people; nor is there a ratio or a p-value."""
    nothing = Estimate(value=None, low=None, high=None, people=0)
    assert estimates([np.full(40, NAN)], drawn(40)) == [nothing]
    assert estimates([np.zeros(0)], drawn(0)) == [nothing]
    paired = compare([(np.full(40, NAN), np.ones(40))], drawn(40))[0]
    assert (paired.ratio, paired.difference, paired.effect, paired.p) == (
        nothing,
        nothing,
        None,
        None,
    )
    assert verdict(paired.difference) == "no difference shown"


def test_one_person_has_a_figure_but_no_interval():
    """However often she was asked."""
    found = estimates([np.array([0.0, 1.0])], drawn(1, times=2))[0]
    assert found == Estimate(value=0.5, low=None, high=None, people=1)


def test_the_same_seed_gives_the_same_and_another_one_another():
    """Nothing is random but the draws, and these are seeded."""
    values = [np.random.default_rng(4).random(40)]
    first, same, other = (estimates(values, drawn(40, seed=seed)) for seed in (5, 5, 6))
    assert first == same
    assert first[0].value == other[0].value
    assert first != other


def test_draws_do_not_depend_on_how_memory_is_divided(monkeypatch):
    """Blocks of a few draws, or all at once."""
    columns = [np.random.default_rng(5).random(30)]
    whole = drawn(30).totals(columns)
    monkeypatch.setattr(drawing, "_BLOCK_CELLS", 7 * 30)
    assert drawn(30).totals(columns) == pytest.approx(whole)


def test_every_draw_has_as_many_people_as_there_are():
    """The first line of totals is everyone once; every other line is as many people."""
    totals = drawn(25, count=200).totals([np.ones(25)])
    assert totals.shape == (201, 1)
    assert (totals == 25).all()


def test_people_are_known_by_name_and_not_by_place():
    """Their order does not matter."""
    values, ids = np.array([0.1, 0.7, 0.2, 0.9]), ["b", "a", "c", "a"]
    order = [2, 3, 0, 1]
    moved = Resamples.of([ids[place] for place in order], 300, 0)
    assert estimates([values], Resamples.of(ids, 300, 0)) == estimates([values[order]], moved)


def test_a_system_does_not_differ_from_itself():
    """Not by a rounding error either, whatever stands beside it."""
    draw = np.random.default_rng(6)
    values = draw.random(60) / 3
    found = compare([(draw.random(60), values), (values, values.copy())], drawn(60))[1]
    assert (found.difference.value, found.difference.low, found.difference.high) == (0, 0, 0)
    assert (found.ratio.value, found.ratio.low, found.ratio.high) == (1, 1, 1)
    assert (found.p, found.effect) == (1.0, None)
    assert verdict(found.difference) == "no difference shown"


def test_a_small_but_steady_gain_is_found_because_people_are_paired():
    """Everybody gains about 0.01, among people who differ far more from each other."""
    draw = np.random.default_rng(7)
    theirs = draw.random(100)
    ours = theirs + 0.01 + draw.normal(0, 0.01, 100)
    paired = compare([(ours, theirs)], drawn(100))[0]
    mixed = compare([(draw.permutation(ours), theirs)], drawn(100))[0]
    assert verdict(paired.difference) == "better"
    assert paired.p is not None
    assert paired.p < 0.01
    assert paired.effect == pytest.approx(1, abs=0.3)
    assert verdict(mixed.difference) == "no difference shown"
    assert width(mixed.difference) > 10 * width(paired.difference)


def test_whoever_compares_the_other_way_round_sees_the_mirror_image():
    """Differences and effects change their sign, ratios turn over, p stays."""
    draw = np.random.default_rng(8)
    ours, theirs = draw.random(50) + 0.2, draw.random(50) + 0.1
    one, other = compare([(ours, theirs), (theirs, ours)], drawn(50))
    assert one.difference.low == pytest.approx(-(other.difference.high or 0))
    assert one.ratio.high == pytest.approx(1 / (other.ratio.low or 1))
    assert one.effect == pytest.approx(-(other.effect or 0))
    assert one.p == other.p


def test_only_askings_that_both_answered_are_compared():
    """What the rival did where ours was not judged does not count."""
    ours, theirs = np.array([0.4, 0.6, NAN]), np.array([0.2, NAN, 9.0])
    found = compare([(ours, theirs)], drawn(3))[0]
    assert found.difference.value == pytest.approx(0.2)
    assert found.ratio.value == pytest.approx(2)
    assert found.difference.people == 1


def test_a_rival_with_nothing_has_no_ratio():
    """But a difference."""
    found = compare([(np.full(40, 0.5), np.zeros(40))], drawn(40))[0]
    assert found.ratio.value is None
    assert found.difference.value == 0.5


def test_from_few_people_nothing_is_claimed():
    """One person fewer than FEW, all of whom gain the same."""
    few, enough = (
        compare([(np.ones(people), np.zeros(people))], drawn(people))[0]
        for people in (FEW - 1, FEW)
    )
    assert (verdict(few.difference), few.p) == ("no difference shown", None)
    assert verdict(enough.difference) == "better"
    assert enough.p == pytest.approx(2 / 1001)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.1, 0.2, "better"),
        (-0.2, -0.1, "worse"),
        (-0.1, 0.1, "no difference shown"),
        (0.0, 0.1, "no difference shown"),
        (-0.1, 0.0, "no difference shown"),
    ],
)
def test_an_interval_that_holds_zero_shows_no_difference(low, high, told):
    """Its ends belong to it; where less is better, better is worse."""
    turned = {"better": "worse", "worse": "better"}
    difference = Estimate(value=(low + high) / 2, low=low, high=high, people=100)
    assert verdict(difference) == told
    assert verdict(difference, better="lower") == turned.get(told, told)
