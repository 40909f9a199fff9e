"""Small operations on the rows and columns of sparse matrices, float32 CSR throughout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.kernels import look_up, look_up_in_turn
from recommender.scratch import bits, marks, sums
from recommender.selecting import merge, multiply, take_foremost, take_others, take_top

WINDOW = 1 << 16
"""Columns of a product that are summed up together: their sums stay in a processor's cache."""


def scale_rows(matrix: sp.csr_matrix, factors: NDArray[np.floating]) -> sp.csr_matrix:
    """Multiply every row of `matrix` by its factor, keeping float32 and the order of columns.

    What becomes 0 is left out.
    """
    scaled = sp.csr_matrix(matrix, dtype=np.float32, copy=True)
    scaled.data *= np.repeat(np.asarray(factors, np.float32), np.diff(scaled.indptr))
    scaled.eliminate_zeros()
    return scaled


def scale_columns(matrix: sp.csr_matrix, factors: NDArray[np.floating]) -> sp.csr_matrix:
    """Multiply every column of `matrix` by its factor, keeping float32."""
    scaled = matrix @ sp.diags(np.asarray(factors, np.float32))
    return sp.csr_matrix(scaled, dtype=np.float32)


def unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Scale every row to Euclidean length 1; empty rows stay empty."""
    return scale_rows(matrix, _inverse(np.sqrt(row_sums(matrix.multiply(matrix)))))


def share_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Scale every row of non-negative values to sum 1; empty rows stay empty."""
    return scale_rows(matrix, _inverse(row_sums(matrix)))


def row_sums(matrix: sp.csr_matrix) -> NDArray[np.float64]:
    """Sum of every row, float64 and summed as such, which scipy would not do."""
    out = np.zeros(matrix.shape[0])
    some = np.flatnonzero(np.diff(matrix.indptr))
    if len(some):
        out[some] = np.add.reduceat(matrix.data, matrix.indptr[some], dtype=np.float64)
    return out


def column_sums(matrix: sp.csr_matrix) -> NDArray[np.float64]:
    """Sum of every column, float64 and summed as such."""
    sums = np.bincount(matrix.indices, matrix.data, matrix.shape[1])
    return np.asarray(sums, np.float64)


def row_max(matrix: sp.csr_matrix) -> NDArray[np.float32]:
    """Largest of 0 and the values of every row, float32; 0 where there are no columns at all."""
    out = np.zeros(matrix.shape[0], np.float32)
    some = np.flatnonzero(np.diff(matrix.indptr))
    if len(some):
        largest = np.maximum.reduceat(matrix.data, matrix.indptr[some])
        out[some] = np.maximum(largest, 0)
    return out


def product(left: sp.csr_matrix, right: sp.csr_matrix) -> sp.csr_matrix:
    """`left` times `right`, neither with values below 0; rows are in no order.

    scipy would walk both twice, and hold on to zeros. It is fastest where right rows are in order.
    """
    return _product(left, right, WINDOW if right.has_sorted_indices else right.shape[1])


def _product(left: sp.csr_matrix, right: sp.csr_matrix, window: int) -> sp.csr_matrix:
    width = right.shape[1]
    total = sums(min(max(window, 1), width))
    starts, columns, values = multiply(*_parts(left), *_parts(right), width, total)
    return sp.csr_matrix((values, columns, starts), (left.shape[0], width))


def weighted_sum(parts: Sequence[tuple[float, sp.csr_matrix]]) -> sp.csr_matrix:
    """Σ weight · matrix, of matrices of one shape without values below 0; rows are in no order."""
    weights, matrices = zip(*parts, strict=True)
    rows, count = matrices[0].shape[0], len(matrices)
    # A product with all of them one below another: row i of the sum is made of row i of each.
    lines = np.arange(rows)[:, None] + rows * np.arange(count)
    data = np.tile(np.float32(weights), rows)
    chosen = sp.csr_matrix((data, lines.ravel(), np.arange(rows + 1) * count), (rows, rows * count))
    below = sp.csr_matrix(sp.vstack(matrices, "csr"))
    return _product(chosen, below, below.shape[1])


def mapped(matrix: sp.csr_matrix, values: NDArray[np.floating]) -> sp.csr_matrix:
    """The same pattern with other values."""
    return sp.csr_matrix(
        (values.astype(np.float32), matrix.indices, matrix.indptr), matrix.shape, copy=False
    )


def top_per_row(matrix: sp.csr_matrix, count: int) -> sp.csr_matrix:
    """Keep the `count` largest values above 0 of every row; of equal ones the lowest columns.

    >>> top_per_row(sp.csr_matrix(np.array([[3., 1., 2., 0.]])), 2).toarray()
    array([[3., 0., 2., 0.]], dtype=float32)
    """
    top = top_others(matrix, _NOTHING, count)
    top.sort_indices()
    return top


def top_others(
    matrix: sp.csr_matrix,
    barred: sp.csr_matrix,
    count: int,
    hidden: NDArray[np.bool_] | None = None,
) -> sp.csr_matrix:
    """The same of what is not in `barred`, in one pass; rows are in no order.

    hidden: bool [columns], what is barred from every row.
    """
    seen = marks(matrix.shape[1])
    never = _NONE if hidden is None else hidden
    starts, columns, values = take_top(
        *_parts(matrix), barred.indptr, barred.indices, never, seen, count
    )
    return sp.csr_matrix((values, columns, starts), matrix.shape)


def leading_columns(matrix: sp.csr_matrix, count: int) -> NDArray[np.int32]:
    """The columns of the `count` largest values above 0 of every row, largest first.

    Int32 [rows, count], -1 where there are no more; of equal values the lowest column first.

    >>> leading_columns(sp.csr_matrix(np.array([[3., 1., 5., 0.]])), 2)
    array([[2, 0]], dtype=int32)
    """
    top = top_per_row(matrix, count)
    rows = np.repeat(np.arange(top.shape[0]), np.diff(top.indptr))
    order = np.lexsort((top.indices, -top.data, rows))
    out = np.full((top.shape[0], count), -1, np.int32)
    out[rows, np.arange(len(rows)) - top.indptr[rows]] = top.indices[order]
    return out


def foremost(
    matrix: sp.csr_matrix, groups: NDArray[np.int32], closed: sp.csr_matrix, count: int
) -> sp.csr_matrix:
    """Keep the `count` largest of every group of columns in every row; rows are in no order.

    groups: int32 [columns], of each that has a value; closed: CSR pattern [rows, groups], which
    are left out.
    """
    starts, columns, values = take_foremost(
        *_parts(matrix), groups, closed.indptr, closed.indices, closed.shape[1], count
    )
    return sp.csr_matrix((values, columns, starts), matrix.shape)


def merged(matrices: Sequence[sp.csr_matrix]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every cell that is stored in any of them once: lines and columns, int64 [m], ascending."""
    ends = np.cumsum([0, *(len(matrix.indices) for matrix in matrices)])[:-1]
    starts = np.stack([matrix.indptr for matrix in matrices]) + ends[:, None]
    columns = np.concatenate([matrix.indices for matrix in matrices])
    return merge(starts, columns, marks(matrices[0].shape[1]))


def without(matrix: sp.csr_matrix, barred: sp.csr_matrix) -> sp.csr_matrix:
    """Take every cell that is in `barred` out of `matrix`, whose rows stay in their order."""
    seen = marks(matrix.shape[1])
    starts, columns, values = take_others(
        matrix.indptr, matrix.indices, matrix.data, barred.indptr, barred.indices, seen
    )
    return sp.csr_matrix((values, columns, starts), matrix.shape)


def values_at(
    matrix: sp.csr_matrix, lines: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The values of `matrix` in those cells, float32 [m]; 0 where nothing is stored."""
    matrix.sort_indices()
    out = np.zeros(len(lines), np.float32)
    look_up(*_parts(matrix), lines, columns, out)
    return out


def values_in_turn(
    matrix: sp.csr_matrix, lines: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The same for ascending lines and no cell twice; rows of `matrix` may be in any order."""
    out, width = np.zeros(len(lines), np.float32), matrix.shape[1]
    look_up_in_turn(*_parts(matrix), lines, columns, bits(width), marks(width), out)
    return out


def pattern(
    rows: NDArray[np.integer], columns: NDArray[np.integer[Any]], shape: tuple[int, int]
) -> sp.csr_matrix:
    """A matrix of ones in the given cells, however often each is given."""
    matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def highest(matrix: sp.coo_matrix) -> sp.csr_matrix:
    """Keep the largest of the values given for one cell, instead of their sum; float32."""
    order = np.lexsort((-matrix.data, matrix.col, matrix.row))
    row, col, data = matrix.row[order], matrix.col[order], matrix.data[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (col[1:] != col[:-1])
    cells = (row[first], col[first])
    return sp.csr_matrix((data[first].astype(np.float32), cells), matrix.shape)


def _inverse(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def _parts(matrix: sp.csr_matrix) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float32]]:
    return matrix.indptr, matrix.indices, matrix.data.astype(np.float32, copy=False)


_NONE = np.zeros(0, bool)
_NOTHING = sp.csr_matrix(np.zeros((0, 0), np.float32))
