"""Fading ties: which of them come back before they are dormant (science §8.12, T3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.history import History
from evaluation.known import Known
from evaluation.questions import quiet
from evaluation.tasks import Question, Task
from recommender import ties
from recommender.domain.config import EvaluateConfig
from recommender.domain.slate import SHORTEST_SILENCE_DAYS
from recommender.ties import Ties

AT_LEAST = 2
"""Fading ties that somebody who is asked has: of one, there is nothing to rank."""

DAYS, GAPS = 3, 3
"""Days with contact that make a tie regular, and usual gaps of silence that are unusual."""


def fading_ties(known: Known, history: History, config: EvaluateConfig) -> Question:
    """The pool: ties that were regular and have just gone quieter than is usual for them.

    That is science §8.4's fading (silent for three times the usual gap) in its simple form, by
    days instead of sessions and without shrinkage. Silent for 30 days, the shortest silence that
    the service lists, and no longer than `silence_days`, after which they are dormant.
    """
    as_of = known.snapshot.as_of_microseconds
    silent, dormant = (
        ties.quiet(known.ties, slice(None), as_of, days)
        for days in (SHORTEST_SILENCE_DAYS, config.silence_days)
    )
    fading = silent & ~dormant & _unusual(known.ties, as_of)
    return quiet.about(Task.FADING, fading, AT_LEAST, known, history, config)


def _unusual(among: Ties, as_of: int) -> NDArray[np.bool_]:
    """Which ties had contact on `DAYS` days and are silent for `GAPS` usual gaps: bool [m].

    The usual gap is (last - first) / (days - 1).
    """
    usual = (among.last - among.first) / np.maximum(among.days - 1, 1)
    return np.asarray((among.days >= DAYS) & (as_of - among.last >= GAPS * usual), bool)
