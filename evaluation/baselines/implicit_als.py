"""Alternating least squares on implicit feedback (Hu, Koren & Volinsky 2008), by `implicit`."""

from __future__ import annotations

from implicit.cpu.als import AlternatingLeastSquares

from evaluation.baselines.base import Scorer
from evaluation.baselines.factorised import factorised
from evaluation.known import Known


def scorer(known: Known) -> Scorer:
    """Vectors whose products come near 1 for contacts, nearer the stronger the tie, else to 0."""
    return factorised(
        known, AlternatingLeastSquares, factors=64, regularization=10.0, iterations=15
    )
