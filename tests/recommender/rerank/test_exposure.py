"""Whoever is on too many lists has a price, and nobody else."""

from __future__ import annotations

import numpy as np

from recommender.rerank.exposure import CAP, exposure, prices
from recommender.rerank.spreading import UNPRICED


def random_lists(seed: int, people: int = 60, longest: int = 30):
    """Lists on which low rows stand far more often and higher; some are empty."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, longest + 1, people)
    liked = np.arange(1, people + 1) ** -1.0
    lists = [rng.choice(people, k, replace=False, p=liked / liked.sum()) for k in counts]
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    relevance = [np.sort(rng.random(k))[::-1] for k in counts]
    around = rng.random(people).astype(np.float32)
    return (
        indptr,
        np.concatenate(lists).astype(np.int32),
        np.concatenate(relevance).astype(np.float32),
        around,
    )


def shown(indptr, rows, relevance, around):
    """Exposure as the lists are, without prices."""
    return exposure(indptr, rows, relevance, around, np.zeros(len(around), np.float32))


def test_prices_are_not_negative_and_nothing_for_the_little_seen():
    """Whoever is shown within the cap, with prices and without, has none; the most seen has."""
    for seed in range(10):
        lists = random_lists(seed)
        price, seen = prices(*lists), shown(*lists)
        within = np.maximum(seen, exposure(*lists, price)) <= CAP * seen.mean()
        assert price.dtype == np.float32
        assert (price >= 0).all()
        assert within.any()
        assert seen[price == 0].max() < seen.max()
        assert (price[seen == 0] == 0).all()


def test_prices_make_exposure_more_equal():
    """The sum of squares falls, while as much is shown in all."""
    for seed in range(10):
        lists = random_lists(seed)
        before, after = shown(*lists), exposure(*lists, prices(*lists))
        assert (after**2).sum() < (before**2).sum()
        np.testing.assert_allclose(after.sum(), before.sum())


def test_exposure_sums_the_discounts_of_askers_who_are_around():
    """Two askers see the same two people; the one who is not around counts for nothing."""
    indptr, rows = np.array([0, 2, 4, 4]), np.array([1, 2, 2, 1], np.int32)
    relevance = np.array([2, 1, 2, 1], np.float32)
    around = np.array([1, 0, 1], np.float32)
    seen = shown(indptr, rows, relevance, around)
    np.testing.assert_allclose(seen, [0, 1, 1 / np.log2(3)])


def test_the_first_places_are_free():
    """Even the dearest keeps them, whatever the price."""
    width = UNPRICED + 8
    indptr = np.array([0, width, *([width] * (width - 1))])
    rows = np.arange(width, dtype=np.int32)
    relevance = np.linspace(1, 0, width, dtype=np.float32)
    price = np.zeros(width, np.float32)
    price[[0, UNPRICED]] = 5
    seen = exposure(indptr, rows, relevance, np.ones(width, np.float32), price)
    assert seen[0] == 1
    assert seen[UNPRICED] == 0
    assert np.count_nonzero(seen) == 10


def test_nobody_at_all_has_no_prices():
    """An empty network, and one without candidates."""
    nobody = np.empty(0, np.float32)
    assert prices(np.zeros(1, np.int64), nobody.astype(np.int32), nobody, nobody).shape == (0,)
    alone = prices(np.zeros(4, np.int64), nobody.astype(np.int32), nobody, np.ones(3, np.float32))
    assert alone.tolist() == [0, 0, 0]
