"""Logistic matrix factorisation (Johnson 2014), by `implicit`."""

from __future__ import annotations

from implicit.cpu.lmf import LogisticMatrixFactorization

from evaluation.baselines.base import Scorer
from evaluation.baselines.factorised import factorised
from evaluation.known import Known


def scorer(known: Known) -> Scorer:
    """Vectors whose products are the log-odds of a tie."""
    # With more than one thread each draws people of its own, so the result hangs on their number.
    return factorised(known, LogisticMatrixFactorization, factors=16, num_threads=1)
