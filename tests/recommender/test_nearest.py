"""Nearest vectors: exact among few, and most of them among many."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.nearest import LEAST_RECALL, Nearest


def test_nearest_are_the_largest_inner_products():
    """Exact, best first."""
    rng = np.random.default_rng(5)
    queries, base = (rng.normal(size=(n, 8)).astype(np.float32) for n in (6, 40))
    scores, rows = Nearest(base, queries, 7, 50).search(queries, 7)
    expected = queries @ base.T
    assert rows.tolist() == np.argsort(-expected, axis=1)[:, :7].tolist()
    assert scores == pytest.approx(np.sort(expected, axis=1)[:, ::-1][:, :7], abs=1e-5)


def test_nearest_of_a_smaller_base_are_filled_with_nobody():
    """-1 marks a place that nobody takes."""
    base = np.eye(2, 8, dtype=np.float32)
    _, rows = Nearest(base, base, 4, 50).search(base, 4)
    assert sorted(rows[0].tolist()) == [-1, -1, 0, 1]


@pytest.fixture(scope="module")
def many():
    """Three thousand vectors in forty camps, every third of length 0."""
    rng = np.random.default_rng(6)
    camps = rng.normal(size=(40, 8))
    base = camps[rng.integers(0, 40, 3000)] + 0.3 * rng.normal(size=(3000, 8))
    base[::3] = 0
    return base.astype(np.float32)


def test_a_search_by_cells_finds_as_many_as_it_says(many):
    """On others than it was measured on, too; and looks into no more cells than it needs."""
    index = Nearest(many, many[:600], 20, exact_up_to=100)
    report, questions = index.report_, many[600:1500]
    assert report["vectors"] == np.count_nonzero(many.any(axis=1))
    assert report["looked_into"] < report["cells"] / 2
    exact = Nearest(many, questions, 20, exact_up_to=10_000)
    assert exact.report_ is None
    scores, wanted = exact.search(questions, 20)
    _, found = index.search(questions, 20)
    shares = [
        np.isin(mine[above > 0], theirs).mean()
        for mine, above, theirs in zip(wanted, scores, found, strict=True)
        if above.any()
    ]
    assert np.mean(shares) == pytest.approx(report["recall"], abs=0.03)
    assert report["recall"] >= LEAST_RECALL


def test_a_search_by_cells_gives_the_products_themselves(many):
    """To half precision, by the rows of all vectors, and never one of length 0."""
    scores, rows = Nearest(many, many[:600], 20, exact_up_to=100).search(many[1:9], 20)
    for query, products, found in zip(many[1:9], scores, rows, strict=True):
        there = found >= 0
        assert products[there] == pytest.approx(many[found[there]] @ query, rel=2e-3)
        assert many[found[there]].any(axis=1).all()


def test_a_query_of_length_0_finds_nobody(many):
    """Among few as among many; those beside it find whom they find."""
    queries = many[1:4].copy()
    queries[1] = 0
    for few in (100, 10_000):
        index = Nearest(many, many[:600], 20, exact_up_to=few)
        scores, rows = index.search(queries, 20)
        assert (rows[1] == -1).all()
        assert not scores[1].any()
        for line in (0, 2):
            assert rows[line].tolist() == index.search(many[1 + line : 2 + line], 20)[1][0].tolist()
        assert (index.search(queries[1:2], 20)[1] == -1).all()


def test_vectors_that_rounding_makes_alike_are_looked_through_as_they_are():
    """Halves serve where they find enough, and the report says which."""
    rng = np.random.default_rng(7)
    apart = rng.normal(size=(2000, 8)).astype(np.float32)
    close = (rng.normal(size=8) + 1e-5 * rng.normal(size=(2000, 8))).astype(np.float32)
    told = [Nearest(base, base[:200], 20, 100).report_ for base in (apart, close)]
    assert [one["bits"] for one in told] == [16, 32]
    assert all(one["recall"] >= LEAST_RECALL for one in told)


@pytest.mark.parametrize("base", [np.zeros((5, 8)), np.zeros((0, 8)), np.eye(3, 8)])
def test_a_search_by_cells_works_on_next_to_nothing(base):
    """No vectors at all, or none that could be found."""
    base = base.astype(np.float32)
    scores, _ = Nearest(base, base, 2, exact_up_to=0).search(np.ones((1, 8), np.float32), 2)
    assert (scores > 0).sum() == min(np.count_nonzero(base), 2)
