"""Nearest vectors (faiss): exactly among few, by cells among many."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

LEAST_RECALL = 0.95
"""Share of the exactly nearest that a search by cells must find, of those who have any."""

CELLS = 4
"""Cells, by the root of the number of vectors: the finer, the fewer vectors are looked at, and the
longer it takes to find the cells."""

FIRST_CELLS, MORE = 16, 1.25
"""Cells that a query looks into at least; so many times as many until enough are found."""

SWEEPS = 6
"""Sweeps of k-means over a sample of the vectors."""

PER_CELL = 32
"""Vectors of that sample, for each cell."""


class Nearest:
    """The largest inner products with a set of vectors: exact up to a size, then by cells.

    base: float32 [n, d]; questions: float32 [q, d], a sample of what will be asked, for up to
    `count` each. Where more than `exact_up_to` vectors are not 0, these are divided into about
    4 √n cells, and a query looks into the nearest (inverted file; Sivic & Zisserman 2003, as in
    faiss): as many as find LEAST_RECALL of what the sample has among its exactly nearest. Where
    that holds of vectors rounded to half precision too, these are looked through, in half the time.
    report_: how many vectors, cells, and cells looked into, by numbers of how many bits, and that
    recall; None where exact.
    """

    def __init__(self, base: Vectors, questions: Vectors, count: int, exact_up_to: int) -> None:
        self.report_: dict[str, Any] | None = None
        self._index: faiss.Index
        some = np.flatnonzero(base.any(axis=1))
        if len(some) > exact_up_to:
            # Of the others nobody is found, and all in one cell they would be looked through often.
            self._rows = _and_nobody(some)
            self._by_cells(base[some], questions, count)
        else:
            self._rows = _and_nobody(np.arange(len(base)))
            self._index = _exact(base)

    def search(self, queries: Vectors, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """The `count` best products of each query and their rows: float32, int64 [q, count].

        Rows are -1 where fewer were found. Of a query that is 0 nothing is said: all are as near.
        """
        asked = np.flatnonzero(queries.any(axis=1))
        scores = np.zeros((len(queries), count), np.float32)
        rows = np.full((len(queries), count), -1, np.int64)
        if len(asked):
            scores[asked], places = self._index.search(np.ascontiguousarray(queries[asked]), count)
            rows[asked] = self._rows[places]
        return scores, rows

    def _by_cells(self, base: Vectors, questions: Vectors, count: int) -> None:
        # The index refers to what finds cells, and must not outlive it.
        wanted = _exact(base).search(np.ascontiguousarray(questions), count)
        cells = _Cells(base)
        self._index, self._centres = cells.filled(cells.plain()), cells.centres
        self._index.nprobe, recall = FIRST_CELLS, 0.0
        while True:
            recall = _recall(self._index.search(np.ascontiguousarray(questions), count)[1], *wanted)
            if recall >= LEAST_RECALL or self._index.nprobe >= self._index.nlist:
                break
            self._index.nprobe = min(int(MORE * self._index.nprobe), self._index.nlist)
        halves = cells.filled(cells.halves())
        halves.nprobe = self._index.nprobe
        rounded = _recall(halves.search(np.ascontiguousarray(questions), count)[1], *wanted)
        if enough := rounded >= LEAST_RECALL:
            self._index, recall = halves, rounded
        self.report_ = {
            "vectors": len(base),
            "cells": self._index.nlist,
            "looked_into": self._index.nprobe,
            "bits": 16 if enough else 32,
            "recall": round(recall, 4),
        }


def _and_nobody(rows: NDArray[np.integer]) -> NDArray[np.int64]:
    """Rows by their places, and -1 at the last, which is -1 too: where a search found no more."""
    return np.append(rows, -1).astype(np.int64)


def _exact(base: Vectors) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(base.shape[1])
    index.add(np.ascontiguousarray(base))
    return index


class _Cells:
    """Vectors divided into cells, each around its centre; which one each is in is found once."""

    def __init__(self, base: Vectors) -> None:
        self._base, self._count = base, min(int(CELLS * np.sqrt(len(base))), len(base))
        self.centres = faiss.IndexFlatIP(base.shape[1])
        index = self.plain()
        index.cp.niter, index.cp.min_points_per_centroid = SWEEPS, 1
        each = max(1, len(base) // (self._count * PER_CELL))
        index.train(np.ascontiguousarray(base[::each]))
        self._cell = np.ascontiguousarray(self.centres.search(base, 1)[1][:, 0])

    def plain(self) -> faiss.IndexIVFFlat:
        """An empty index by these cells, of vectors as they are."""
        width = self._base.shape[1]
        return faiss.IndexIVFFlat(self.centres, width, self._count, faiss.METRIC_INNER_PRODUCT)

    def halves(self) -> faiss.IndexIVFScalarQuantizer:
        """The same, of vectors in half precision."""
        return faiss.IndexIVFScalarQuantizer(
            self.centres,
            self._base.shape[1],
            self._count,
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
        )

    def filled(self, index: faiss.IndexIVF) -> faiss.IndexIVF:
        """An index with every vector put into the cell it is known to be in."""
        index.train(self._base[: self._count])  # of which nothing is learned: the cells are known
        pointer = faiss.swig_ptr
        index.add_core(len(self._base), pointer(self._base), None, pointer(self._cell))
        return index


def _recall(found: NDArray[np.int64], scores: Vectors, wanted: NDArray[np.int64]) -> float:
    """Mean share of `wanted` with scores above 0 that is `found`, all [q, count]; 1 of nothing."""
    shares = [
        np.isin(mine[above > 0], theirs).mean()
        for mine, above, theirs in zip(wanted, scores, found, strict=True)
        if (above > 0).any()
    ]
    return float(np.mean(shares)) if shares else 1.0
