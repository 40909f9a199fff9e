"""Dormant ties: which of them a person picks up again (science §8.12, T2)."""

from __future__ import annotations

from evaluation.history import History
from evaluation.known import Known
from evaluation.questions import quiet
from evaluation.tasks import Question, Task
from recommender import ties
from recommender.domain.config import EvaluateConfig

AT_LEAST = 5
"""Dormant ties that somebody who is asked has: of fewer, every order names the same five."""


def dormant_ties(known: Known, history: History, config: EvaluateConfig) -> Question:
    """The pool: ties with contact on two days or more, and none in the last `silence_days`."""
    as_of = known.snapshot.as_of_microseconds
    dormant = ties.quiet(known.ties, slice(None), as_of, config.silence_days)
    return quiet.about(Task.REACTIVATION, dormant, AT_LEAST, known, history, config)
