"""Ties that went quiet, and which of them are picked up again."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.history import History
from evaluation.known import Known
from evaluation.questions.asked import addressed, asked_of, seen_within
from evaluation.tasks import Question, Task
from recommender.domain.config import EvaluateConfig
from recommender.domain.slate import Kind
from recommender.sparse import pattern, without


def about(
    task: Task,
    chosen: NDArray[np.bool_],
    at_least: int,
    known: Known,
    history: History,
    config: EvaluateConfig,
) -> Question:
    """Which of their `chosen` ties, bool [m], people come back to within `return_days`.

    Asked of those seen in the last `silence_days` who have `at_least` so many of these ties, the
    ones with people whom the rules keep from them left aside.
    """
    pool = _pool(known, chosen)
    several = np.diff(pool.indptr) >= at_least
    askers = np.flatnonzero(several & seen_within(known, config.silence_days)).astype(np.int32)
    relevant = pool[askers].multiply(addressed(known, history, config.return_days)[askers])
    return asked_of(known, askers, {task: relevant.tocsr()}, pool[askers], config.askers)


def _pool(known: Known, chosen: NDArray[np.bool_]) -> sp.csr_matrix:
    """The `chosen` ties that may be shown, from both ends: CSR pattern [n, n]."""
    ties = known.ties
    chosen = chosen & ~known.rules.hidden[ties.contacts]
    pairs = pattern(ties.persons()[chosen], ties.contacts[chosen], (known.people, known.people))
    everyone = np.arange(known.people, dtype=np.int32)
    return without(pairs, known.rules.barred(everyone, Kind.REACTIVATION))
