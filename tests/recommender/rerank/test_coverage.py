"""The re-rank covers more of a network and loses nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.rerank.coverage import DEPTH, spread
from recommender.rerank.spreading import UNPRICED
from tests.recommender.slates import by_score, random_slate


def random_aspects(seed, slate, values=4):
    """What slots stand for, unknown in some."""
    rng = np.random.default_rng(seed)
    shape = (2, len(slate.rows), min(slate.rows.shape[1], DEPTH))
    return rng.integers(-1, values, shape).astype(np.int32)


def random_prices(seed, slate):
    """What slots cost, nothing for half of them."""
    values = np.random.default_rng(seed).uniform(-0.3, 0.3, slate.rows.shape)
    return np.maximum(values, 0).astype(np.float32)[:, :DEPTH].copy()


@settings(max_examples=80, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    width=st.integers(0, 130),
    weight=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    limit=st.integers(0, 150),
    alike=st.booleans(),
    priced=st.booleans(),
)
def test_nobody_is_lost(seed, width, weight, limit, alike, priced):
    """A permutation of every line, with empty slots last, whatever the scores and prices."""
    slate = by_score(random_slate(seed, width=width))
    if alike:
        slate.scores[slate.rows >= 0] = 0.5
    price = random_prices(seed, slate) if priced else None
    order = spread(slate, random_aspects(seed, slate), price, weight, limit)
    assert order.shape == slate.rows.shape
    assert (np.sort(order, axis=1) == np.arange(width)).all()
    after = slate.take(order)
    for line in range(len(after.rows)):
        empty = after.rows[line] < 0
        assert (np.diff(empty.astype(int)) >= 0).all()


def test_a_weight_of_0_leaves_the_order_as_it_is():
    """No diversity asked, none given."""
    slate = by_score(random_slate(1))
    order = spread(slate, random_aspects(1, slate), None, 0.0, 10)
    assert (order == np.arange(slate.rows.shape[1])).all()


def test_the_order_is_the_same_again_and_alone():
    """Lines do not touch one another."""
    slate = by_score(random_slate(2))
    aspects, price = random_aspects(2, slate), random_prices(2, slate)
    order = spread(slate, aspects, price, 0.4, 10)
    assert (spread(slate, aspects, price, 0.4, 10) == order).all()
    for line in range(len(slate.askers)):
        width = int((slate.rows[line] >= 0).sum())
        alone = random_slate(2)
        alone = by_score(alone)
        columns = [name for name in slate.__slots__ if name != "pool"]
        one = replace(alone, **{name: getattr(alone, name)[line : line + 1] for name in columns})
        mine = slice(line, line + 1)
        told = spread(one, aspects[:, mine].copy(), price[mine], 0.4, 10)
        assert (told[0, :width] == order[line, :width]).all()


@pytest.mark.parametrize("weight", [0.3, 0.9])
def test_more_aspects_are_covered(weight):
    """Among the first ten, at least as many communities as by score, and more in all."""
    gained = 0
    for seed in range(20):
        slate = by_score(random_slate(seed, width=60, full=True))
        aspects = random_aspects(seed, slate, values=12)
        shown = spread(slate, aspects, None, weight, 10)[:, :10]
        for line in range(len(slate.askers)):
            before, after = (
                sum(len(set(aspect[line, slots].tolist())) for aspect in aspects)
                for slots in (np.arange(10), shown[line])
            )
            gained += after - before
    assert gained > 0


def test_of_equal_scores_the_next_is_of_another_community():
    """Two communities, all equal: they take turns."""
    slate = by_score(random_slate(6, lines=1, width=6, full=True))
    slate.scores[:] = 1.0
    community = np.array([[0, 0, 0, 1, 1, 1]], np.int32)
    order = spread(slate, community[None], None, 0.5, 6)
    assert community[0, order[0]].tolist() == [0, 1, 0, 1, 0, 1]


def test_unknown_aspects_count_as_new():
    """People of no known community do not use one another up."""
    slate = by_score(random_slate(7, lines=1, width=4, full=True))
    slate.scores[:] = 1.0
    order = spread(slate, np.array([[[0, 0, -1, -1]]], np.int32), None, 0.5, 4)
    assert order[0].tolist() == [0, 2, 3, 1]


@pytest.mark.parametrize("limit", [1, 10, 99, 100, 101, 180])
def test_a_longer_list_begins_as_a_shorter_one(limit):
    """So that pages fit together, also where a list is longer than the re-rank reaches."""
    slate = by_score(random_slate(8, width=200, full=True))
    aspects, price = random_aspects(8, slate, values=12), random_prices(8, slate)
    longest = spread(slate, aspects, price, 0.3, 200)
    assert (spread(slate, aspects, price, 0.3, limit)[:, :limit] == longest[:, :limit]).all()


@pytest.mark.parametrize(("less", "more"), [(0.0, 0.15), (0.15, 0.5), (0.5, 0.9)])
def test_more_weight_covers_more(less, more):
    """As the diversity dial is turned up, more communities and topics stand in the first ten."""
    covered = []
    for weight in (less, more):
        slates = [by_score(random_slate(seed, width=80, full=True)) for seed in range(15)]
        covered.append(0)
        for seed, slate in enumerate(slates):
            aspects = random_aspects(seed, slate, values=15)
            shown = spread(slate, aspects, None, weight, 10)[:, :10]
            for aspect in aspects:
                values = np.take_along_axis(aspect, shown, axis=1)
                covered[-1] += sum(len(set(line.tolist()) - {-1}) for line in values)
    assert covered[1] > covered[0]


def test_who_has_a_price_gives_way_but_not_in_the_first_places():
    """Ten of nearly the same score: the dear ones among the lower places go last."""
    slate = by_score(random_slate(9, lines=1, width=10, full=True))
    slate.scores[0] = np.linspace(1, 0.9, 10)
    price = np.zeros((1, 10), np.float32)
    price[0, [0, 6]] = 10
    order = spread(slate, np.full((1, 1, 10), -1, np.int32), price, 0.0, 10)[0].tolist()
    assert order == [0, 1, 2, 3, 4, 5, 7, 8, 9, 6]
    assert UNPRICED == 5
