"""Who was in contact last: what most address books offer first."""

from __future__ import annotations

from evaluation.known import Known
from evaluation.tie_baselines.base import PairScorer
from evaluation.tie_baselines.pairs import by_tie


def scorer(known: Known) -> PairScorer:
    """The time of the last contact, either way, in microseconds."""
    return by_tie(known.ties, known.ties.last)
