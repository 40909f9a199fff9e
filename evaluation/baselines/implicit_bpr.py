"""Bayesian personalised ranking (Rendle et al. 2009), by `implicit`."""

from __future__ import annotations

from implicit.cpu.bpr import BayesianPersonalizedRanking

from evaluation.baselines.base import Scorer
from evaluation.baselines.factorised import factorised
from evaluation.known import Known


def scorer(known: Known) -> Scorer:
    """Vectors learnt so that contacts rank above others, every tie counting alike."""
    # With more than one thread the order of updates, and so the result, is a matter of chance.
    return factorised(
        known,
        BayesianPersonalizedRanking,
        factors=16,
        regularization=0.1,
        iterations=100,
        num_threads=1,
    )
