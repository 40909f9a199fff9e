"""New people: whom a person addresses next, of those she has had nothing to do with so far."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from evaluation.history import History
from evaluation.known import Known
from evaluation.questions.asked import addressed, asked_of, seen_within
from evaluation.tasks import Question, Task
from recommender.domain.config import EvaluateConfig
from recommender.domain.slate import Kind
from recommender.sparse import scale_columns, without
from recommender.ties import NO_TIME


def new_people(known: Known, history: History, config: EvaluateConfig) -> Question:
    """Asked of everyone seen in the last `active_days` (science §8.12, T1).

    Right are those whom the asker addresses within `horizon_days`, who had been seen before, and
    whom the rules do not keep from her; reciprocated those who in that time address her, too.
    """
    askers = np.flatnonzero(seen_within(known, config.active_days)).astype(np.int32)
    met = addressed(known, history, config.horizon_days)
    barred = known.rules.barred(askers, Kind.PEOPLE)
    eligible = (known.last_seen > NO_TIME) & ~known.rules.hidden

    def of_askers(pairs: sp.csr_matrix) -> sp.csr_matrix:
        shown = scale_columns(pairs[askers], eligible.astype(np.float32))
        shown.eliminate_zeros()
        return without(shown, barred)

    relevant = {
        Task.PEOPLE: of_askers(met),
        Task.RECIPROCATED: of_askers(met.multiply(met.T).tocsr()),
    }
    return asked_of(known, askers, relevant, pool=None, limit=config.askers)
