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
    faiss): as many as find LEAST_RECALL of what the sample has among its exactly nearest.
    report_: how many vectors, cells, and cells looked into, and that recall; None where exact.
    """

    def __init__(self, base: Vectors, questions: Vectors, count: int, exact_up_to: int) -> None:
        self.report_: dict[str, Any] | None = None
        self._rows = np.arange(len(base))
        self._index: faiss.Index = _exact(base)
        # Of the others nobody is found, and all in one cell they would be looked through often.
        some = np.flatnonzero(base.any(axis=1))
        if len(some) > exact_up_to:
            self._rows = some
            self._by_cells(np.ascontiguousarray(base[some]), questions, count)

    def search(self, queries: Vectors, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """The `count` best products of each query and their rows: float32, int64 [q, count].

        Rows are -1 where fewer were found.
        """
        scores, places = self._index.search(np.ascontiguousarray(queries), count)
        return scores, np.where(places >= 0, np.append(self._rows, -1)[places], -1)

    def _by_cells(self, base: Vectors, questions: Vectors, count: int) -> None:
        exact = _exact(base)
        # The index refers to what finds cells, and must not outlive it.
        self._index, self._centres = _in_cells(base)
        wanted = exact.search(np.ascontiguousarray(questions), count)
        self._index.nprobe, recall = FIRST_CELLS, 0.0
        while True:
            recall = _recall(self._index.search(np.ascontiguousarray(questions), count)[1], *wanted)
            if recall >= LEAST_RECALL or self._index.nprobe >= self._index.nlist:
                break
            self._index.nprobe = min(int(MORE * self._index.nprobe), self._index.nlist)
        self.report_ = {
            "vectors": len(base),
            "cells": self._index.nlist,
            "looked_into": self._index.nprobe,
            "recall": round(recall, 4),
        }


def _exact(base: Vectors) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(base.shape[1])
    index.add(np.ascontiguousarray(base))
    return index


def _in_cells(base: Vectors) -> tuple[faiss.IndexIVFFlat, faiss.IndexFlatIP]:
    """The vectors by cells, and the centres of these."""
    cells = min(int(CELLS * np.sqrt(len(base))), len(base))
    centres = faiss.IndexFlatIP(base.shape[1])
    index = faiss.IndexIVFFlat(centres, base.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.min_points_per_centroid = SWEEPS, 1
    index.train(np.ascontiguousarray(base[:: max(1, len(base) // (cells * PER_CELL))]))
    index.add(base)
    return index, centres


def _recall(found: NDArray[np.int64], scores: Vectors, wanted: NDArray[np.int64]) -> float:
    """Mean share of `wanted` with scores above 0 that is `found`, all [q, count]; 1 of nothing."""
    shares = [
        np.isin(mine[above > 0], theirs).mean()
        for mine, above, theirs in zip(wanted, scores, found, strict=True)
        if (above > 0).any()
    ]
    return float(np.mean(shares)) if shares else 1.0
