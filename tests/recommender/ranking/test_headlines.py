"""What the learner sees of a pair, made of what is known of it."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.slate import FACTORS, HEADLINES
from recommender.ranking.headlines import (
    COLLABORATION,
    LIKE_MINDEDNESS,
    RECIPROCITY,
    UNKNOWN,
    headlines,
)

USUAL = np.full(len(FACTORS), 0.5, np.float32)


def shown(values, known, **more):
    """The headlines of one pair, from factors and confidences by name; others unknown."""
    factors, confidence = np.zeros((2, len(FACTORS)), np.float32)
    for name, value in values.items():
        factors[FACTORS.index(name)] = value
    for name, value in known.items():
        confidence[FACTORS.index(name)] = value
    return headlines(factors, confidence, USUAL, np.float32(0.5), **more)


def test_what_is_known_is_weighed_as_the_tables_say():
    """Every factor fully known: the plain weighted means."""
    values = {name: place / 8 for place, name in enumerate(FACTORS)}
    alike, together, _ = shown(values, dict.fromkeys(FACTORS, 1))
    assert alike == pytest.approx(sum(w * values[n] for n, w in LIKE_MINDEDNESS.items()))
    assert together == pytest.approx(sum(w * values[n] for n, w in COLLABORATION.items()))


def test_what_is_unknown_leaves_its_weight_to_what_is_known():
    """Communality alone is known: the unknown part counts as usual, at a quarter of its weight."""
    alike, _, _ = shown({"communality": 1}, {"communality": 1})
    by_hand = (0.4 * 1 + UNKNOWN * 0.6 * 0.5) / (0.4 + UNKNOWN * 0.6)
    assert alike == pytest.approx(by_hand)
    assert 0.4 * 1 + 0.6 * 0.5 < alike < 1


def test_of_whom_nothing_is_known_all_is_usual():
    """Neither an end nor undefined."""
    assert shown({}, {})[:2] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("name", FACTORS)
def test_more_of_a_factor_never_lowers_a_headline(name):
    """And raises the one that it belongs to."""
    known = dict.fromkeys(FACTORS, 0.5)
    low, high = (shown({name: value}, known) for value in (0.2, 0.8))
    assert (high >= low).all()
    for weights, column in ((LIKE_MINDEDNESS, 0), (COLLABORATION, 1)):
        assert (high[column] > low[column]) == (name in weights)


def test_reciprocity_is_half_of_collaboration_where_it_is_known():
    """And of nothing else."""
    before, after = (shown({}, {}, **more) for more in ({}, {"reciprocity": np.float32(0.9)}))
    column = HEADLINES.index("collaboration")
    assert after[column] == pytest.approx(RECIPROCITY * 0.9 + (1 - RECIPROCITY) * before[column])
    assert np.delete(after, column).tolist() == np.delete(before, column).tolist()


def test_collaboration_rises_with_reciprocity():
    """However much or little is known of the pair, and stays a share."""
    for sure in (0.0, 0.4, 1.0):
        known = dict.fromkeys(FACTORS, sure)
        rising = [
            shown(dict.fromkeys(FACTORS, 0.3), known, reciprocity=np.float32(value))[1]
            for value in (0, 0.25, 0.5, 1)
        ]
        assert (np.diff(rising) > 0).all()
        assert 0 <= rising[0] <= rising[-1] <= 1
