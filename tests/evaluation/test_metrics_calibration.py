"""Probabilities against what happened."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.metrics.calibration import brier, calibration_error, reliability


def test_bins_hold_equally_many():
    """A hundred different predictions in ten bins, ascending, with their own means."""
    predicted = np.random.default_rng(0).permutation(np.linspace(0, 1, 100) ** 3)
    found = reliability(predicted, np.zeros(100), bins=10)
    means = np.sort(predicted).reshape(10, 10).mean(axis=1)
    assert [count for *_, count in found] == [10] * 10
    assert [said for said, *_ in found] == pytest.approx(means)


def test_equal_predictions_share_a_bin():
    """So one constant prediction is one bin, whatever the order."""
    assert reliability(np.full(8, 0.25), np.arange(8) % 4 == 0) == [(0.25, 0.25, 8)]


def test_probabilities_that_come_true_have_no_error():
    """One half, half of the time; for certain, always."""
    predicted, happened = np.array([0.5, 0.5, 1.0, 1.0]), np.array([0, 1, 1, 1])
    assert calibration_error(predicted, happened) == pytest.approx(0)


def test_the_error_is_weighted_by_how_often_it_is_made():
    """Three at .2 of whom none, one at .9 that did: 3/4 · .2 + 1/4 · .1."""
    predicted, happened = np.array([0.9, 0.2, 0.2, 0.2]), np.array([1, 0, 0, 0])
    assert calibration_error(predicted, happened) == pytest.approx(0.175)


def test_overconfidence_and_its_opposite_do_not_cancel_across_bins():
    """.6 where it is .5 and .4 where it is .5: off by .1, although the mean is right."""
    predicted, happened = np.repeat([0.4, 0.6], 10), np.tile([0, 1], 10)
    assert calibration_error(predicted, happened, bins=2) == pytest.approx(0.1)


def test_the_order_of_predictions_does_not_matter():
    """With many ties, too."""
    rng = np.random.default_rng(1)
    predicted, happened = rng.integers(0, 7, 60) / 6, rng.integers(0, 2, 60)
    order = rng.permutation(60)
    assert calibration_error(predicted[order], happened[order]) == pytest.approx(
        calibration_error(predicted, happened)
    )


def test_probabilities_that_are_true_have_little_error():
    """Drawn to come true as often as they say: within sampling error of 0, unlike their halves."""
    rng = np.random.default_rng(2)
    predicted = rng.random(20_000)
    happened = rng.random(20_000) < predicted
    assert calibration_error(predicted, happened) < 0.02
    assert calibration_error(predicted / 2, happened) == pytest.approx(0.25, abs=0.02)


def test_brier_is_the_mean_squared_distance():
    """(.1² + .8²) / 2; booleans are as good as numbers."""
    assert brier(np.array([0.9, 0.8]), np.array([True, False])) == pytest.approx(0.325)


def test_nothing_predicted_has_no_value():
    """NaN, and no bins."""
    nothing = np.zeros(0)
    assert np.isnan([calibration_error(nothing, nothing), brier(nothing, nothing)]).all()
    assert reliability(nothing, nothing) == []
