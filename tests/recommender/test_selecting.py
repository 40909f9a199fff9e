"""Loops that multiply and choose, against what dense arrays say."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from recommender import sparse
from recommender.found import best, chosen
from tests.recommender.test_sparse import random_matrix


def shuffled(matrix, seed=0):
    """The same matrix, its rows in no order."""
    rng, out = np.random.default_rng(seed), matrix.copy()
    for start, end in zip(out.indptr[:-1], out.indptr[1:], strict=True):
        order = start + rng.permutation(end - start)
        out.indices[start:end], out.data[start:end] = matrix.indices[order], matrix.data[order]
    out.has_sorted_indices = False
    return out


@pytest.mark.parametrize("seed", range(5))
def test_a_product_is_that_of_dense_arrays(seed):
    """Nothing twice, and nothing that is 0, though zeros are stored."""
    left, right = random_matrix(seed), random_matrix(seed + 50, (9, 30), 0.2)
    right.data[::3] = 0
    made = sparse.product(left, right)
    assert made.toarray() == pytest.approx(left.toarray() @ right.toarray())
    assert (made.data > 0).all()
    assert made.nnz == np.count_nonzero(made.toarray())


@pytest.mark.parametrize("window", [1, 4, 30, 100])
def test_a_product_is_the_same_by_windows(window, monkeypatch):
    """However many columns are summed up together; rows in no order are not cut."""
    left, right = random_matrix(3), random_matrix(53, (9, 30), 0.3)
    monkeypatch.setattr(sparse, "WINDOW", window)
    for ordered in (right, shuffled(right)):
        made = sparse.product(left, ordered)
        assert made.toarray() == pytest.approx(left.toarray() @ right.toarray())
        assert made.nnz == np.count_nonzero(made.toarray())


def test_a_product_of_nothing_is_nothing():
    """No rows, no columns, or nothing in them."""
    for rows, shared, columns in ((0, 3, 4), (2, 0, 4), (2, 3, 0), (2, 3, 4)):
        made = sparse.product(sp.csr_matrix((rows, shared), dtype="f4"),
                              sp.csr_matrix((shared, columns), dtype="f4"))  # fmt: skip
        assert made.shape == (rows, columns)
        assert made.nnz == 0


def test_a_weighted_sum_adds_what_is_in_any():
    """By weight, whatever order rows are in."""
    one, two = random_matrix(1), random_matrix(2)
    made = sparse.weighted_sum([(0.5, shuffled(one)), (2.0, two)])
    assert made.toarray() == pytest.approx(0.5 * one.toarray() + 2 * two.toarray())


@pytest.mark.parametrize("count", [1, 3, 40, 400])
def test_the_top_of_others_is_that_of_what_is_not_barred(count):
    """Of long rows in any order, with many equal values."""
    matrix, barred = random_matrix(4, (6, 900), 0.8), random_matrix(5, (6, 900), 0.3)
    wanted = sparse.top_per_row(sparse.without(matrix, barred), count)
    found = sparse.top_others(shuffled(matrix), barred, count)
    assert (found.toarray() == wanted.toarray()).all()
    assert np.diff(found.indptr).tolist() == np.diff(wanted.indptr).tolist()
    hidden = np.arange(900) % 4 == 0
    shown = sparse.scale_columns(matrix, ~hidden)
    wanted = sparse.top_per_row(sparse.without(shown, barred), count)
    assert (sparse.top_others(matrix, barred, count, hidden) != wanted).nnz == 0


def test_merged_cells_are_those_of_any_in_order():
    """Each once."""
    matrices = [shuffled(random_matrix(seed)) for seed in range(3)]
    lines, columns = sparse.merged(matrices)
    expected = sum(matrix.toarray() for matrix in matrices).nonzero()
    assert (lines.tolist(), columns.tolist()) == tuple(part.tolist() for part in expected)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_foremost_are_those_of_every_open_group(count):
    """Of equal ones the lowest column."""
    matrix, groups = random_matrix(6, (8, 40)), np.arange(40, dtype=np.int32) % 5
    closed = random_matrix(7, (8, 5))
    found = sparse.foremost(shuffled(matrix), groups, closed, count).toarray()
    for values, shut, kept in zip(matrix.toarray(), closed.toarray(), found, strict=True):
        wanted = np.zeros_like(values)
        for group in np.flatnonzero(shut == 0):
            mine = np.flatnonzero((groups == group) & (values > 0))
            mine = mine[np.argsort(-values[mine], kind="stable")][:count]
            wanted[mine] = values[mine]
        assert kept.tolist() == wanted.tolist()


@pytest.mark.parametrize("most", [1, 4, 100])
def test_the_best_are_those_of_each_asker(most):
    """Best first; of equal ones the first."""
    rng = np.random.default_rng(8)
    askers = np.sort(rng.integers(0, 9, 80))
    scores = rng.integers(0, 6, 80).astype(np.float32)
    order = np.lexsort((np.arange(80), -scores, askers))
    rank = np.arange(80) - np.searchsorted(askers[order], askers[order])
    wanted = order[rank < most]
    assert best(askers, scores, most).tolist() == wanted.tolist()
    assert chosen(askers, scores, most).tolist() == sorted(wanted)


def test_nobody_has_no_best():
    """No pairs at all."""
    assert best(np.zeros(0, int), np.zeros(0, np.float32), 3).tolist() == []
    empty = sp.csr_matrix((2, 0), dtype=np.float32)
    assert sparse.top_per_row(empty, 3).nnz == 0
