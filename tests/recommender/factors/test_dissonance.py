"""Dissonance: the same topics and other views, and only where views are known."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.slate import FACTORS
from recommender.factors.dissonance import KNOWN, dissonance

TOPICS, VIEWS = FACTORS.index("communality"), FACTORS.index("like_mindedness")


def pair(communality, like_mindedness, known):
    """The dissonance of one pair."""
    values, sure = np.full((1, 9), 0.5, np.float32), np.zeros((1, 9), np.float32)
    values[0, [TOPICS, VIEWS]], sure[0, VIEWS] = (communality, like_mindedness), known
    return float(dissonance(values, sure)[0])


@pytest.mark.parametrize(
    ("communality", "like_mindedness", "expected"),
    [(1, 0, 1), (1, 1, 0), (0, 0, 0), (0.5, 0.5, 0.5), (0.25, 0, 0.5)],
)
def test_it_needs_both_shared_topics_and_disagreement(communality, like_mindedness, expected):
    """√(f1 · (1 - f6)), by hand."""
    assert pair(communality, like_mindedness, 1) == pytest.approx(expected)


def test_of_views_that_are_hardly_known_nothing_is_said():
    """None below the bar; and what is unknown is no disagreement."""
    assert pair(1, 0, KNOWN - 0.01) == 0
    assert pair(1, 0, KNOWN) == 1


def test_every_value_is_between_0_and_1_and_stays_with_its_pair():
    """Any shape, any order."""
    draw = np.random.default_rng(1)
    values, sure = draw.random((2, 6, 7, 9), np.float32)
    found = dissonance(values, sure)
    assert found.dtype == np.float32
    assert found.shape == (6, 7)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found == 0).any()
    assert (found > 0).any()
    order = draw.permutation(6)
    np.testing.assert_array_equal(dissonance(values[order], sure[order]), found[order])
