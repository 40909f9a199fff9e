"""Relevance and headlines: sums that can be redone by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.slate import FACTORS, HEADLINES, SIGNALS
from recommender.ranking import headlines as heads
from recommender.ranking.relevance import (
    FACTOR_SHARE,
    FACTOR_WEIGHTS,
    LEVELS,
    SEGMENTS,
    SIGNAL_WEIGHTS,
    TERMS,
    codes,
    contributions,
    plain_tables,
    relevance,
)

USUAL = np.full(len(FACTORS), 0.4, np.float32)


def measured(seed, count=6):
    rng = np.random.default_rng(seed)
    signals = rng.random((count, len(SIGNALS))).astype(np.float32)
    factors, confidence = (rng.random((count, len(FACTORS))).astype(np.float32) for _ in range(2))
    return signals, factors, confidence


def plain(signals, factors, confidence):
    """Relevance by the plain tables, of an asker with few contacts."""
    coded = codes(signals, factors, confidence, USUAL)
    return relevance(plain_tables(), np.zeros(len(coded), int), coded)


def test_every_factor_and_every_signal_has_a_weight():
    """A new one cannot be forgotten."""
    assert set(FACTOR_WEIGHTS) == set(FACTORS)
    assert set(SIGNAL_WEIGHTS) == set(SIGNALS)
    assert all(weight >= 0 for weight in [*FACTOR_WEIGHTS.values(), *SIGNAL_WEIGHTS.values()])


def test_the_contributions_sum_to_relevance():
    """So that every reason can cite its term."""
    coded = codes(*measured(1), USUAL)
    terms = contributions(plain_tables(), np.zeros(6, int), coded)
    assert terms.shape == (6, len(FACTORS) + len(SIGNALS))
    assert plain(*measured(1)) == pytest.approx(terms.sum(axis=1), rel=1e-5)


def test_the_plain_tables_are_the_weighted_sum_of_the_page():
    """Within what rounding to codes costs."""
    signals, factors, confidence = measured(6, 200)
    by_hand = sum(
        weight * signals[:, SIGNALS.index(name)] for name, weight in SIGNAL_WEIGHTS.items()
    )
    for column, name in enumerate(FACTORS):
        lead = factors[:, column] - USUAL[column]
        by_hand = by_hand + FACTOR_SHARE * FACTOR_WEIGHTS[name] * confidence[:, column] * lead
    assert plain(signals, factors, confidence) == pytest.approx(by_hand, abs=0.08)


def test_tables_say_nothing_of_what_is_usual_or_absent():
    """The neutral code of every term adds 0 for every segment of askers."""
    tables = plain_tables()
    assert tables.shape == (SEGMENTS, len(TERMS), LEVELS)
    neutral = codes(np.zeros((1, len(SIGNALS)), "f4"), USUAL[None], np.ones((1, 9), "f4"), USUAL)
    assert (contributions(tables, np.arange(SEGMENTS)[:, None], neutral) == 0).all()


@pytest.mark.parametrize("column", range(len(FACTORS)))
def test_an_unknown_factor_moves_nobody(column):
    """At confidence 0, its value does not matter."""
    signals, factors, confidence = measured(2)
    confidence[:, column] = 0
    low, high = factors.copy(), factors.copy()
    low[:, column], high[:, column] = 0, 1
    scores = [plain(signals, values, confidence) for values in (low, high)]
    assert (scores[0] == scores[1]).all()
    shown = [heads.headlines(values, confidence, USUAL, signals[:, 0]) for values in (low, high)]
    assert (shown[0] == shown[1]).all()


@pytest.mark.parametrize("column", range(len(SIGNALS)))
def test_a_stronger_signal_never_lowers_relevance(column):
    """Whatever else is known."""
    signals, factors, confidence = measured(3)
    stronger = signals.copy()
    stronger[:, column] = 1
    assert (plain(stronger, factors, confidence) >= plain(signals, factors, confidence)).all()


def test_headlines_are_between_0_and_1():
    """Weights of each sum to 1, and name factors that there are."""
    for weights in (heads.LIKE_MINDEDNESS, heads.COLLABORATION):
        assert sum(weights.values()) == pytest.approx(1)
        assert set(weights) <= set(FACTORS)
    signals, factors, confidence = measured(4, 200)
    shown = heads.headlines(factors, confidence, USUAL, signals[:, 0])
    assert shown.shape == (200, len(HEADLINES))
    assert shown.dtype == np.float32
    assert ((shown >= 0) & (shown <= 1 + 1e-6)).all()


def test_the_diversity_headline_is_passed_on():
    """It is measured in training, not made of factors."""
    signals, factors, confidence = measured(5)
    shown = heads.headlines(factors, confidence, USUAL, signals[:, 1])
    assert (shown[:, HEADLINES.index("diversity")] == signals[:, 1]).all()
