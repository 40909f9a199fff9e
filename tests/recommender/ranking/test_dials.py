"""The dials move a list the way they are turned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.config import Dials
from recommender.domain.slate import HEADLINES, Query
from recommender.pipeline import scores
from recommender.ranking.dials import standardise, steer
from tests.recommender.slates import random_slate

shares = st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 3))
dials = (
    st.tuples(shares, shares, shares)
    .filter(lambda three: sum(three) > 0)
    .map(lambda three: Dials(**dict(zip(HEADLINES, three, strict=True))))
)


def ranked(slate, chosen):
    """The slate as the pipeline sorts it, before the re-rank."""
    return scores(Query(askers=slate.askers.tolist(), dials=chosen), slate)


def test_at_the_defaults_the_order_is_that_of_relevance():
    """Scores are relevance, standardised in each line."""
    slate = random_slate(1)
    steered = steer(slate, Dials())
    for line in range(len(slate.askers)):
        filled = slate.rows[line] >= 0
        by_score = np.argsort(-steered.scores[line, filled], kind="stable")
        by_relevance = np.argsort(-slate.relevance[line, filled], kind="stable")
        assert by_score.tolist() == by_relevance.tolist()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(first=dials, second=dials, seed=st.integers(0, 50))
def test_turning_the_dials_never_lowers_what_they_ask_for(first, second, seed):
    """Mean of (b - a) · z(headline) over the first k, for any k, before the re-rank."""
    slate = random_slate(seed, lines=2, width=12, full=True)
    moved = np.array(second.shares()) - np.array(first.shares())
    means = []
    for chosen in (first, second):
        order = ranked(slate, chosen)
        wanted = np.zeros(order.rows.shape)
        for column, step in enumerate(moved):
            z = standardise(order.headlines[..., column], order.rows >= 0)
            wanted += step * z.astype(np.float64)
        means.append(np.cumsum(wanted, axis=1) / np.arange(1, wanted.shape[1] + 1))
    assert (means[1] >= means[0] - 1e-5).all()


@pytest.mark.parametrize("name", HEADLINES)
def test_one_dial_alone_raises_its_own_headline(name):
    """From the defaults all the way."""
    column = HEADLINES.index(name)
    alone = Dials(**(dict.fromkeys(HEADLINES, 0.0) | {name: 1.0}))
    slate = random_slate(4, full=True)
    before, after = (
        ranked(slate, chosen).headlines[:, :5, column].mean() for chosen in (Dials(), alone)
    )
    assert after > before


def test_only_proportions_of_the_dials_matter():
    """Twice each is the same list, to the byte."""
    slate = random_slate(2)
    once = steer(slate, Dials(like_mindedness=0.5, collaboration=0.25, diversity=0.25))
    twice = steer(slate, Dials(like_mindedness=1.0, collaboration=0.5, diversity=0.5))
    assert once.scores.tobytes() == twice.scores.tobytes()


def test_empty_slots_sink_below_everyone():
    """-inf in empty slots, finite in all others, also where all values are the same."""
    slate = random_slate(3)
    for chosen in (Dials(), Dials(like_mindedness=1, collaboration=0, diversity=0)):
        steered = steer(slate, chosen)
        assert np.isneginf(steered.scores[slate.rows < 0]).all()
        assert np.isfinite(steered.scores[slate.rows >= 0]).all()


def test_standardised_values_have_mean_0_and_deviation_1():
    """Over the filled slots; a line whose values are all the same is all 0."""
    values = np.array([[1, 2, 3, 99], [7, 7, 7, 7]], np.float32)
    filled = np.array([[True, True, True, False], [True] * 4])
    z = standardise(values, filled)
    assert z[0, :3].mean() == pytest.approx(0, abs=1e-6)
    assert z[0, :3].std() == pytest.approx(1, abs=1e-6)
    assert z[0, 3] == 0
    assert (z[1] == 0).all()


@pytest.mark.parametrize("width", [3, 9, 100, 130, 300])
def test_a_line_is_standardised_alike_however_wide_the_block(width):
    """To the bit: empty slots after a line must not change how its sums round."""
    rng = np.random.default_rng(width)
    values = rng.random((1, width)).astype(np.float32)
    alone = standardise(values, np.ones((1, width), bool))
    for pad in (1, 7, 64, 500):
        wide = np.concatenate([values, np.zeros((1, pad), np.float32)], axis=1)
        block = np.repeat(wide, 3, axis=0)
        filled = np.arange(width + pad)[None, :].repeat(3, axis=0) < width
        together = standardise(block, filled)
        assert (together[:, :width] == alone).all()


def test_ranking_is_total(built):
    """Equal scores stand by row, lower first, empty slots last."""
    slate = random_slate(5)
    order = ranked(slate, Dials())
    for line in range(len(order.askers)):
        keys = [
            (-score, row if row >= 0 else np.inf)
            for score, row in zip(order.scores[line], order.rows[line], strict=True)
        ]
        assert keys == sorted(keys)
