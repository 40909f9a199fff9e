"""Fading ties: which of them come back before they are dormant (science §8.12, T3)."""

from __future__ import annotations

from evaluation.history import History
from evaluation.known import Known
from evaluation.questions import quiet
from evaluation.tasks import Question, Task
from recommender import ties
from recommender.domain.config import EvaluateConfig

AT_LEAST = 2
"""Fading ties that somebody who is asked has: of one, there is nothing to rank."""


def fading_ties(known: Known, history: History, config: EvaluateConfig) -> Question:
    """The pool: ties that fade by their own rhythm (science §8.4; `Ties.fading`).

    Those silent for longer than `silence_days` are left to the question about dormant ties.
    """
    as_of = known.snapshot.as_of_microseconds
    dormant = ties.quiet(known.ties, slice(None), as_of, config.silence_days)
    return quiet.about(Task.FADING, known.ties.fading & ~dormant, AT_LEAST, known, history, config)
