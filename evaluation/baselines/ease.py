"""EASE: the linear model that best foretells each tie of a person from her others (Steck 2019)."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.baselines.base import Scorer
from evaluation.known import Known
from evaluation.left_out import TooLargeError

MOST = 12_000
"""People up to whom n × n numbers are held and inverted."""

RIDGE = 300.0
"""λ of the ridge regression: how much must speak for a weight far from 0."""


def scorer(known: Known) -> Scorer:
    """Ties times B, learnt from ties of log(1 + decayed contact).

    Raises TooLargeError for more than MOST people.
    """
    if known.people > MOST:
        raise TooLargeError(
            f"inverts a matrix of people × people: {known.people:,} people are above {MOST:,}"
        )
    ties, weights = known.tied, _weights(known.tied)
    return lambda askers: np.asarray(ties[askers] @ weights)


def _weights(ties: sp.csr_matrix) -> NDArray[np.float32]:
    """B = -P / diag(P) by columns, 0 on the diagonal, with P = (TᵀT + λI)⁻¹: float32 [n, n]."""
    gram = (ties.T @ ties).toarray()
    np.fill_diagonal(gram, gram.diagonal() + np.float32(RIDGE))
    weights = np.linalg.inv(gram)
    weights /= -weights.diagonal().copy()
    np.fill_diagonal(weights, 0)
    return weights
