"""Chances as bytes, the mutual one of two, and where a pair stands among all."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.ranking.chances import (
    CHANCES,
    GRID,
    PER_HALVING,
    from_chance,
    grid_of,
    mutual,
    standing,
    to_chance,
)


@pytest.fixture(scope="module")
def pairs():
    """Chances of two thousand pairs, from one in ten thousand to certainty."""
    draw = np.random.default_rng(0)
    return to_chance(10 ** draw.uniform(-4, 0, (2000, len(CHANCES))))


def test_a_byte_is_as_exact_as_it_says():
    """Half of the 4.4 % that lie between neighbours, from the least chance there is to 1."""
    least = 2 ** (-254 / PER_HALVING)
    told = np.geomspace(least, 1, 10_000)
    np.testing.assert_allclose(from_chance(to_chance(told)), told, rtol=0.022)


def test_every_byte_comes_back_as_itself():
    """0 stands for unknown, and no chance is told as that, however small."""
    known = np.arange(1, 256, dtype=np.uint8)
    assert to_chance(from_chance(known)).tolist() == known.tolist()
    assert from_chance(np.zeros(1, np.uint8)).tolist() == [0]
    assert to_chance(np.array([0.0, 1e-12])).tolist() == [1, 1]


def test_a_greater_chance_never_has_a_lesser_byte():
    """Nor has a greater byte a lesser chance."""
    assert (np.diff(to_chance(np.linspace(0, 1, 5000)).astype(int)) >= 0).all()
    assert (np.diff(from_chance(np.arange(256, dtype=np.uint8))) > 0).all()


def test_mutual_lies_between_the_two_and_nearer_the_lesser(pairs):
    """The harmonic mean: what one alone would do counts for little."""
    one, other = from_chance(pairs[:, 0]), from_chance(pairs[:, 1])
    both = mutual(pairs)
    assert (both >= np.minimum(one, other) * (1 - 1e-6)).all()
    assert (both <= np.maximum(one, other) * (1 + 1e-6)).all()
    assert (both <= np.sqrt(one * other) * (1 + 1e-6)).all()


def test_mutual_is_the_same_from_either_side(pairs):
    """And 0 where nothing is known of either."""
    np.testing.assert_array_equal(mutual(pairs), mutual(pairs[:, [1, 0, 2]]))
    assert mutual(np.zeros((2, 3), np.uint8)).tolist() == [0, 0]


def test_standing_rises_with_mutual_within_0_and_1(pairs):
    """Of two pairs the more mutual one never stands lower; all places are taken evenly."""
    found = standing(pairs, grid_of(pairs))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found[np.argsort(mutual(pairs), kind="stable")]) >= 0).all()
    assert found.mean() == pytest.approx(0.5, abs=0.01)


def test_the_grid_rises_from_the_least_to_the_most_of_known_pairs(pairs):
    """Pairs of whom nothing is known are not among all."""
    some = np.concatenate([pairs, np.zeros((500, 3), np.uint8)])
    grid = grid_of(some)
    assert (grid.shape, grid.dtype) == ((GRID,), np.float32)
    assert (np.diff(grid) >= 0).all()
    np.testing.assert_allclose([grid[0], grid[-1]], [mutual(pairs).min(), mutual(pairs).max()])


def test_where_no_chance_is_known_nobody_stands_anywhere():
    """None, and not the foot of all."""
    unknown = np.zeros((4, len(CHANCES)), np.uint8)
    assert not grid_of(unknown).any()
    assert not grid_of(unknown[:0]).any()
    assert standing(unknown, grid_of(unknown)) is None


@pytest.mark.parametrize("count", [1, 7, 5000])
def test_the_grid_is_of_quantiles(count):
    """Though pairs are only counted."""
    chances = np.random.default_rng(count).integers(1, 256, (count, 3)).astype(np.uint8)
    wanted = np.quantile(mutual(chances), np.linspace(0, 1, GRID))
    assert grid_of(chances) == pytest.approx(wanted, rel=1e-6)
