"""Who is around: the contact's own activity, halved every 30 days, whatever the tie was like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.tie_baselines.base import PairScorer
from evaluation.tie_baselines.pairs import by_contact
from recommender.sparse import row_sums

HALF_LIFE_DAYS = 30


def activity(known: Known) -> NDArray[np.float64]:
    """Work on topics, or contact made where a community has no topics; float64 [n]."""
    worked = known.snapshot.person_topic.csr(f"decay_{HALF_LIFE_DAYS}")
    return row_sums(worked if worked.nnz else known.addressed(HALF_LIFE_DAYS))


def scorer(known: Known) -> PairScorer:
    """The same for whoever asks."""
    return by_contact(activity(known))
