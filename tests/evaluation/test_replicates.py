"""What replicates say: tails, corrections, and figures of all lists together."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.doubt import compare_whole, holm, verdict, whole_estimate
from evaluation.replicates import interval, two_sided

NAN = float("nan")


def test_p_is_at_most_a_twentieth_just_where_the_interval_leaves_out_zero():
    """For any number of resamples on the wrong side of zero."""
    for count in (200, 999, 2000):
        for wrong in range(count // 50, count // 30):
            replicates = np.concatenate([[1.0], np.full(count - wrong, 1.0), np.full(wrong, -1.0)])
            found, p = interval(replicates, people=100), two_sided(replicates[1:], 100)
            assert p is not None
            assert (p <= 0.05) == (found.low is not None and found.low > 0)


def test_holm_is_as_worked_out_by_hand():
    """Of .01, .04, .03 and .005: .005 × 4, .01 × 3, .03 × 2, and .04 × 1 raised to .06."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_never_lowers_nor_turns_round_nor_leaves_the_unit_interval():
    """Whatever the p-values; one alone stays, and none is none."""
    p = np.random.default_rng(9).random(40) ** 3
    adjusted = np.array(holm(list(p)))
    order = np.argsort(p)
    assert (adjusted >= p).all()
    assert (np.diff(adjusted[order]) >= 0).all()
    assert adjusted.max() <= 1
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_figures_of_all_lists_are_pooled_by_how_many_were_asked():
    """300 people at one cutoff and 100 at the other; an undefined cutoff does not count."""
    parts = [np.array([0.2, 0.1, 0.3]), np.array([0.6, 0.5, 0.7]), np.array([NAN])]
    found = whole_estimate(parts, [300, 100, 500], people=350)
    assert found.value == pytest.approx(0.3)
    assert (found.low, found.high) == pytest.approx((0.2, 0.4))
    assert found.people == 350


def test_the_interval_of_a_figure_of_all_lists_holds_the_figure():
    """Although each resample, which repeats some lists and lacks others, covers fewer people."""
    draw = np.random.default_rng(10)
    shown = draw.integers(400, size=(100, 5))
    lists = [shown, *(shown[draw.integers(100, size=100)] for _ in range(400))]
    coverage = np.array([len(np.unique(one)) / 400 for one in lists])
    found = whole_estimate([coverage], [100], people=100)
    assert coverage[1:].max() < coverage[0]
    assert found.low < coverage[0] < found.high
    assert found.high - found.low == pytest.approx(
        np.ptp(np.quantile(coverage[1:], [0.025, 0.975])), abs=0.01
    )


def test_figures_of_all_lists_are_compared_draw_by_draw():
    """What both gain in the same draws is not doubt; a cutoff that only one has is left out."""
    noise = np.random.default_rng(11).normal(0, 0.1, 500)
    theirs = np.concatenate([[0.4], 0.4 + noise])
    found = compare_whole([theirs + 0.1, theirs], [theirs, np.array([NAN])], [10, 90], people=100)
    assert found.difference.value == pytest.approx(0.1)
    assert found.difference.high == pytest.approx(found.difference.low)
    assert found.ratio.value == pytest.approx(1.25)
    assert verdict(found.difference) == "better"
    assert verdict(found.difference, "lower") == "worse"
