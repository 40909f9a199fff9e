"""Places drawn by lot: who is drawn as often as is told, and nothing else moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.domain.slate import Drawing
from recommender.rerank.drawing import DEPTH, draw
from tests.recommender.slates import by_score, random_slate

LOTS = 4000


def ranked(width=4, lines=1):
    """A slate sorted by score, with its places, in which everybody's row is her place from 0."""
    slate = by_score(random_slate(1, lines, width, full=True))
    places = np.tile(np.arange(1, width + 1, dtype=np.int32), (lines, 1))
    return replace(slate, places=places, rows=places - 1)


@pytest.fixture(scope="module")
def drawn():
    """Who came out, and with which chance, in many lots over four people: both [LOTS, 4]."""
    slate = ranked()
    lots = [draw(slate, Drawing(1.0, seed)) for seed in range(LOTS)]
    return (
        slate.scores[0].astype(np.float64),
        np.concatenate([lot.rows for lot in lots]),
        np.concatenate([lot.propensity for lot in lots]),
    )


def test_the_first_place_goes_by_the_scores(drawn):
    """In proportion to exp(score), within four standard errors; and so it is told."""
    scores, rows, chances = drawn
    expected = np.exp(scores) / np.exp(scores).sum()
    seen = np.bincount(rows[:, 0], minlength=4) / LOTS
    assert np.abs(seen - expected).max() < 4 * np.sqrt(0.25 / LOTS)
    assert np.allclose(chances[:, 0], expected[rows[:, 0]], rtol=1e-5)


@pytest.mark.parametrize("place", range(4))
def test_whoever_is_left_is_drawn_as_often_as_is_told(drawn, place):
    """Weighed by 1 / chance, each person comes as often to a place as she was still left for it."""
    _, rows, chances = drawn
    for person in range(4):
        here = rows[:, place] == person
        weighed = np.where(here, 1 / chances[:, place], 0).mean()
        left = 1 - (rows[:, :place] == person).any(axis=1).mean()
        error = np.sqrt(np.where(here, 1 / chances[:, place] ** 2, 0).mean() / LOTS)
        assert abs(weighed - left) < 4 * error + 1e-9


def test_the_last_who_is_left_is_drawn_for_sure(drawn):
    """With the chance 1; and no chance is 0."""
    _, _, chances = drawn
    assert (chances[:, -1] == 1).all()
    assert chances.min() > 0


def test_as_many_places_are_drawn_as_is_wished():
    """Within four standard errors; the others tell no chance."""
    slate = ranked(width=50)
    flags = np.concatenate([draw(slate, Drawing(0.3, seed)).propensity > 0 for seed in range(200)])
    assert abs(flags.mean() - 0.3) < 4 * np.sqrt(0.3 * 0.7 / flags.size)


@pytest.mark.parametrize("seed", range(20))
def test_a_place_that_is_not_drawn_goes_to_the_best_who_is_left(seed):
    """Nobody is lost, nobody comes twice, and scores stay with their people."""
    slate = ranked(width=40)
    after = draw(slate, Drawing(0.25, seed))
    left = list(range(40))
    for row, chance in zip(after.rows[0].tolist(), after.propensity[0].tolist(), strict=True):
        assert chance > 0 or row == left[0]
        left.remove(row)
    assert (after.scores[0] == slate.scores[0][after.rows[0]]).all()


def test_no_share_moves_nobody_and_a_whole_one_draws_every_place():
    """Both ends of the setting."""
    slate = ranked(width=10)
    never, always = (draw(slate, Drawing(share, 3)) for share in (0.0, 1.0))
    assert (never.rows == slate.rows).all()
    assert not never.propensity.any()
    assert (always.propensity > 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_the_order_behind_what_is_shown_decides_nothing(seed):
    """Lists of ten and of thirty differ only in the order behind; both begin alike."""
    slate = ranked(width=30)
    behind = np.r_[np.arange(10), 10 + np.random.default_rng(seed).permutation(20)][None]
    one, other = draw(slate, Drawing(0.5, seed)), draw(slate.take(behind), Drawing(0.5, seed))
    assert one.rows[0, :10].tolist() == other.rows[0, :10].tolist()
    assert one.propensity[0, :10].tolist() == other.propensity[0, :10].tolist()


def test_empty_places_stay_last_and_far_ones_are_not_drawn():
    """Lines of different lengths, one of them empty; and one longer than DEPTH."""
    slate = by_score(random_slate(5))
    after = draw(slate, Drawing(1.0, 1))
    assert ((after.rows >= 0) == (slate.rows >= 0)).all()
    assert ((after.propensity > 0) == (slate.rows >= 0)).all()
    long = ranked(width=DEPTH + 20)
    after = draw(long, Drawing(1.0, 1))
    assert (after.rows[0, DEPTH:] == long.rows[0, DEPTH:]).all()
    assert not after.propensity[0, DEPTH:].any()


def test_every_asker_has_a_lot_of_her_own():
    """The same seed draws the same for one, and something else for another."""
    slate = ranked(width=20, lines=2)
    first, again = (draw(slate, Drawing(1.0, 9)) for _ in range(2))
    assert (first.rows == again.rows).all()
    assert first.rows[0].tolist() != first.rows[1].tolist()
