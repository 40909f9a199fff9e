"""Vectors from matrices (implicit)."""

from __future__ import annotations

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
