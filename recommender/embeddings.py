"""Vectors from matrices (implicit), and nearest vectors (faiss)."""

from __future__ import annotations

import faiss
import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recommender.domain.config import TrainConfig

CONFIDENCE_SCALE = 10.0
"""How much more an observed cell counts than an empty one, per unit (alpha of Hu et al. 2008)."""


def factorise(
    matrix: sp.csr_matrix, config: TrainConfig
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Row and column vectors whose products approximate `matrix`.

    matrix: float32 CSR [n, m], >= 0. Returns float32 [n, d] and [m, d], d = embedding_size.
    Alternating least squares on implicit feedback (Hu, Koren & Volinsky 2008).
    """
    size = config.embedding_size
    if matrix.nnz == 0:
        return np.zeros((matrix.shape[0], size), "f4"), np.zeros((matrix.shape[1], size), "f4")
    # implicit runs its own threads; BLAS threads under them only fight for the same cores.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            size,
            regularization=0.1,
            iterations=config.embedding_iterations,
            num_threads=config.threads,
            random_state=config.seed,
        )
        model.fit((matrix * CONFIDENCE_SCALE).astype(np.float32), show_progress=False)
    return np.asarray(model.user_factors), np.asarray(model.item_factors)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale every vector to length 1; zero vectors stay zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0))


class Nearest:
    """The largest inner products with a set of vectors: exact up to EXACT_UP_TO, then by cells.

    base: float32 [n, d]. Above that size the vectors are divided into about √n cells and a query
    looks into the CELLS_SEEN nearest (inverted file; Sivic & Zisserman 2003, as in faiss).
    """

    def __init__(self, base: NDArray[np.float32]) -> None:
        flat = faiss.IndexFlatIP(base.shape[1])
        self._index: faiss.Index = flat
        if len(base) > EXACT_UP_TO:
            self._index = _in_cells(flat, base)
            self._centres = flat  # the index refers to it and must not outlive it
        self._index.add(np.ascontiguousarray(base))

    def search(
        self, queries: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The `count` best products of each query and their rows: float32, int64 [q, count].

        Rows are -1 where fewer were found.
        """
        scores, rows = self._index.search(np.ascontiguousarray(queries), count)
        return scores, rows


EXACT_UP_TO = 50_000
"""Vectors up to which every one is compared."""

CELLS_SEEN = 32
"""Cells that a query looks into, of about √n."""


def _in_cells(centres: faiss.IndexFlatIP, base: NDArray[np.float32]) -> faiss.Index:
    cells = int(np.sqrt(len(base)))
    index = faiss.IndexIVFFlat(centres, base.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
    index.nprobe = CELLS_SEEN
    index.train(np.ascontiguousarray(base[:: max(1, len(base) // (cells * 64))]))
    return index
