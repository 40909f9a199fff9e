"""Operations on sparse rows, against what dense arrays say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse as sp

from recommender import kernels, scratch, sparse


def random_matrix(seed, shape=(12, 9), density=0.4):
    """Values above 0 with many equal ones."""
    rng = np.random.default_rng(seed)
    dense = rng.integers(1, 5, shape) * (rng.random(shape) < density)
    return sp.csr_matrix(dense.astype(np.float32))


def copy_parts(matrix):
    return matrix.indptr.copy(), matrix.indices.copy(), matrix.data.copy()


@pytest.mark.parametrize("seed", range(5))
def test_pair_dots_are_dot_products(seed):
    """Of every pair, whichever row is longer."""
    left, right = random_matrix(seed), random_matrix(seed + 50, density=0.1)
    a, b = (part.ravel() for part in np.indices((12, 12)))
    expected = (left.toarray()[a] * right.toarray()[b]).sum(axis=1)
    assert kernels.pair_dots(left, right, a, b) == pytest.approx(expected)
    assert kernels.pair_dots(right, left, a, b) == pytest.approx(
        (right.toarray()[a] * left.toarray()[b]).sum(axis=1)
    )


@pytest.mark.parametrize("seed", range(5))
def test_strongest_shared_is_the_largest_product_and_the_count(seed):
    """Of equal products the lowest column; -1 where nothing is shared."""
    left, right = random_matrix(seed), random_matrix(seed + 50, density=0.2)
    a, b = (part.ravel() for part in np.indices((12, 12)))
    product = left.toarray()[a] * right.toarray()[b]
    best, count = kernels.strongest_shared(left, right, a, b)
    assert count.tolist() == (product > 0).sum(axis=1).tolist()
    expected = np.where(product.max(axis=1) > 0, product.argmax(axis=1), -1)
    assert best.tolist() == expected.tolist()


@pytest.mark.parametrize("count", [1, 3, 20])
def test_top_per_row_keeps_the_largest_and_the_lowest_of_equal_ones(count):
    """Exactly `count` of each row, or all it has."""
    matrix = random_matrix(3)
    kept = sparse.top_per_row(matrix.copy(), count).toarray()
    for before, after in zip(matrix.toarray(), kept, strict=True):
        order = np.lexsort((np.arange(len(before)), -before))[:count]
        expected = np.zeros_like(before)
        expected[order] = before[order]
        assert (after == expected).all()


def test_top_per_row_takes_nothing_that_is_not_above_0():
    """Zeros and negative values are not found."""
    matrix = sp.csr_matrix(np.array([[0, -1, 2], [-3, -4, 0]], np.float32))
    assert sparse.top_per_row(matrix, 5).toarray().tolist() == [[0, 0, 2], [0, 0, 0]]


@pytest.mark.parametrize("seed", range(5))
def test_without_takes_out_what_is_barred_and_nothing_else(seed):
    """Cell by cell."""
    matrix, barred = random_matrix(seed), random_matrix(seed + 9)
    left = sparse.without(matrix.copy(), barred).toarray()
    assert (left == np.where(barred.toarray() > 0, 0, matrix.toarray())).all()


@pytest.mark.parametrize("seed", range(3))
def test_values_at_are_the_cells(seed):
    """Stored or not, in any order, and none at all."""
    matrix = random_matrix(seed)
    rows, columns = (part.ravel().astype(np.int64) for part in np.indices(matrix.shape))
    order = np.random.default_rng(seed).permutation(len(rows))
    told = sparse.values_at(matrix, rows[order], columns[order])
    assert (told == matrix.toarray()[rows[order], columns[order]]).all()
    nothing = np.zeros(0, np.int64)
    assert sparse.values_at(matrix, nothing, nothing).shape == (0,)
    assert sparse.values_at(sp.csr_matrix((3, 3), dtype=np.float32), rows[:3], rows[:3]).sum() == 0


def test_what_is_kept_from_call_to_call_is_left_as_it_was_found():
    """And is of each thread its own; a larger one is made where more is asked for."""
    many = random_matrix(5, (4, 3000), 0.01)
    lines, columns = many.nonzero()
    assert sparse.values_in_turn(many, lines, columns).tolist() == many.data.tolist()
    assert (scratch.marks(3000) == -1).all()
    assert not scratch.bits(3000).any()
    assert len(scratch.bits(64)) == 2
    with ThreadPoolExecutor(1) as other:
        theirs = other.submit(scratch.marks, 3000).result()
    assert not np.shares_memory(theirs, scratch.marks(3000))


def test_scaled_rows_keep_their_order_and_lose_what_is_0():
    """The input stays as it is."""
    matrix = random_matrix(6)
    factors = np.arange(12) % 3
    scaled = sparse.scale_rows(matrix, factors)
    assert scaled.has_sorted_indices
    assert (scaled.data > 0).all()
    assert scaled.toarray().tolist() == (matrix.toarray() * factors[:, None]).tolist()


def test_unit_and_share_rows_leave_empty_rows_empty():
    """Length 1, sum 1, or nothing; never NaN."""
    matrix = sp.csr_matrix(np.array([[3, 4], [0, 0]], np.float32))
    assert sparse.unit_rows(matrix).toarray() == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
    assert sparse.share_rows(matrix).toarray() == pytest.approx(np.array([[3 / 7, 4 / 7], [0, 0]]))


def test_row_max_is_0_where_there_is_nothing_above_it():
    """Also where there are no columns."""
    matrix = sp.csr_matrix(np.array([[3, 4], [0, 0], [-1, 0]], np.float32))
    assert sparse.row_max(matrix).tolist() == [4, 0, 0]
    assert sparse.row_max(sp.csr_matrix((2, 0), dtype=np.float32)).tolist() == [0, 0]


@pytest.mark.parametrize(
    "operation",
    [
        sparse.unit_rows,
        sparse.share_rows,
        sparse.row_sums,
        sparse.column_sums,
        sparse.row_max,
        lambda matrix: sparse.top_per_row(matrix, 2),
        lambda matrix: sparse.without(matrix, matrix),
        lambda matrix: sparse.scale_rows(matrix, np.arange(12.0)),
        lambda matrix: sparse.scale_columns(matrix, np.arange(9.0)),
    ],
)
def test_operations_leave_their_input_as_it_was(operation):
    """Matrices are shared; nobody may change them."""
    matrix = random_matrix(1)
    before = copy_parts(matrix)
    operation(matrix)
    assert all((a == b).all() for a, b in zip(before, copy_parts(matrix), strict=True))


def test_sums_are_made_in_double_precision():
    """Beside a large value, single precision would lose small ones."""
    long = sp.csr_matrix(np.float32([[2**24, 1, 1], [0, 0, 0]]))
    assert sparse.row_sums(long).tolist() == [2**24 + 2, 0]
    assert sparse.column_sums(long.T.tocsr()).tolist() == [2**24 + 2, 0]
