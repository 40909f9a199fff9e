"""Who was in contact most often, however long ago (Granovetter 1973: time spent on a tie)."""

from __future__ import annotations

from evaluation.known import Known
from evaluation.tie_baselines.base import PairScorer
from evaluation.tie_baselines.pairs import by_tie


def scorer(known: Known) -> PairScorer:
    """Interactions both ways together."""
    return by_tie(known.ties, known.ties.sent + known.ties.received)
