"""Who is shown: metrics of all lists together."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.metrics.coverage import coverage
from evaluation.metrics.disparate_visibility import disparate_visibility, visibility_gap
from evaluation.metrics.exposure import exposure
from evaluation.metrics.gini import gini
from tests.evaluation.lists import drawn_lists, lists

GROUPS = np.array([0, 0, 1, -1], np.int32)


def test_exposure_is_discounted_by_place():
    """First is worth 1, second 1 / log2(3), third 1/2; an empty place nothing."""
    found = exposure(lists([2, 0, 1], [2, -1, -1]), people=4)
    assert found == pytest.approx([1 / np.log2(3), 0.5, 2.0, 0.0])


def test_exposure_of_a_resample_is_that_of_the_lists_drawn():
    """Each as often as it was drawn, resample by resample."""
    rng = np.random.default_rng(0)
    found = drawn_lists(rng, 12, 9, 4)
    drawn = rng.integers(0, 12, (5, 12))
    weights = np.array([np.bincount(row, minlength=12) for row in drawn], np.float64)
    expected = [exposure(found[row], people=9) for row in drawn]
    assert exposure(found, 9, weights) == pytest.approx(np.array(expected))


def test_coverage_counts_each_person_once_and_no_empty_place():
    """Two of eight."""
    assert coverage(exposure(lists([0, 1], [1, -1]), people=8)) == pytest.approx(0.25)


def test_coverage_of_nobody_has_no_value():
    """NaN, not 0."""
    assert np.isnan(coverage(np.zeros(0)))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ([3, 3, 3, 3], 0),
        ([0, 0, 5, 0], 1),
        ([1, 3], 0.5),
        ([0, 1, 2, 3], 5 / 9),
        ([2, 1, 3], 1 / 3),
    ],
)
def test_gini_of_known_cases(shown, expected):
    """Equal, all to one, and cases worked out from the formula."""
    assert gini(np.array(shown, np.float64)) == pytest.approx(expected)


@pytest.mark.parametrize("shown", [[], [1.0], [0.0, 0.0]])
def test_gini_of_nothing_or_nobody_else_has_no_value(shown):
    """Without exposure, or with less than two people to be unequal."""
    assert np.isnan(gini(np.array(shown)))


@pytest.mark.parametrize("seed", range(5))
def test_gini_is_the_mean_difference_of_pairs(seed):
    """Σ |a - b| over all pairs, over 2 n (n - 1) times the mean; between 0 and 1, in any unit."""
    rng = np.random.default_rng(seed)
    shown = rng.exponential(size=(3, 40)) * (rng.random((3, 40)) < 0.6)
    apart = np.abs(shown[:, :, None] - shown[:, None, :]).sum(axis=(1, 2))
    found = gini(shown)
    assert found == pytest.approx(apart / (2 * 40 * 39 * shown.mean(axis=1)))
    assert ((found > 0) & (found < 1)).all()
    assert gini(7 * shown) == pytest.approx(found)


def test_resamples_are_judged_one_by_one():
    """Whatever the shape in front, the last axis is people."""
    shown = np.random.default_rng(1).exponential(size=(2, 3, 4))
    for metric in (coverage, gini, lambda e: visibility_gap(e, GROUPS)):
        expected = [[float(metric(row)) for row in block] for block in shown]
        assert metric(shown) == pytest.approx(np.array(expected))
    assert gini(np.zeros((0, 4))).shape == (0,)


def test_visibility_compares_shares_among_those_who_declare():
    """Group 0 has 1 of 4 and is 2 of 3; the fourth person declares none and counts nowhere."""
    found = disparate_visibility(np.array([1.0, 0.0, 3.0, 9.0]), GROUPS)
    assert found == pytest.approx([1 / 4 - 2 / 3, 3 / 4 - 1 / 3])
    assert visibility_gap(np.array([1.0, 0.0, 3.0, 9.0]), GROUPS) == pytest.approx(5 / 12)


def test_groups_seen_as_much_as_they_are_have_no_gap():
    """The same exposure for all."""
    assert visibility_gap(np.ones(4), GROUPS) == pytest.approx(0)


def test_visibility_has_no_value_where_it_compares_nothing():
    """Only the undeclared are shown, or nobody declares anything."""
    assert np.isnan(disparate_visibility(np.array([0.0, 0, 0, 1]), GROUPS)).all()
    assert np.isnan(visibility_gap(np.ones((2, 3)), np.full(3, -1, np.int32))).all()
