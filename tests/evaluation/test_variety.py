"""The resamples behind the intervals of what is measured of all lists together."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.variety import RESAMPLES, drawn


def test_a_person_is_drawn_alike_wherever_she_is_asked():
    """Whoever else is: otherwise pooling cutoffs would take one person for several."""
    first, second = drawn(["ann", "bob", "cyd"], 1), drawn(["dan", "cyd", "ann"], 1)
    np.testing.assert_array_equal(first[:, [0, 2]], second[:, [2, 1]])
    assert not np.array_equal(first[:, 0], first[:, 1])


def test_another_seed_draws_otherwise():
    """And the same seed the same."""
    np.testing.assert_array_equal(drawn(["ann"], 1), drawn(["ann"], 1))
    assert not np.array_equal(drawn(["ann"], 1), drawn(["ann"], 2))


def test_people_are_drawn_once_on_average_with_the_spread_of_a_bootstrap():
    """Mean and variance of how often are both 1."""
    times = drawn([f"p{place}" for place in range(300)], 0)
    assert times.shape == (RESAMPLES, 300)
    assert times.mean() == pytest.approx(1, abs=0.02)
    assert times.var() == pytest.approx(1, abs=0.03)


def test_nobody_is_not_drawn():
    """An empty panel has no resamples."""
    assert drawn([], 0).shape == (0, 0)
