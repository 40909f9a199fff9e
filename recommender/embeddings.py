"""Vectors from matrices: by `implicit` on this machine, or on Apache Spark."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recommender.domain.config import TrainConfig
from recommender.domain.spark import importing_spark

CONFIDENCE_SCALE = 10.0
"""How much more an observed cell counts than an empty one, per unit (alpha of Hu et al. 2008)."""

REGULARISATION = 0.1
"""What long vectors cost (lambda there)."""


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
    confidence = (matrix * CONFIDENCE_SCALE).astype(np.float32)
    if config.engine == "spark":
        with importing_spark():
            from recommender.spark_vectors import factorise_on_spark  # noqa: PLC0415  (an extra)
        return factorise_on_spark(confidence, REGULARISATION, config)
    # implicit runs its own threads; BLAS threads under them only fight for the same cores.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            size,
            regularization=REGULARISATION,
            iterations=config.embedding_iterations,
            num_threads=config.threads,
            random_state=config.seed,
        )
        model.fit(confidence, show_progress=False)
    return np.asarray(model.user_factors), np.asarray(model.item_factors)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale every vector to length 1; zero vectors stay zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0))
