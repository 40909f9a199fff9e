"""Who was in contact most, contact counting half as much every 180 days."""

from __future__ import annotations

import numpy as np

from evaluation.known import Known
from evaluation.tie_baselines.base import PairScorer
from recommender.sparse import values_at


def scorer(known: Known) -> PairScorer:
    """Decayed contact, both ways together."""
    both = (known.addressed() + known.addressed().T).tocsr()
    return lambda askers, contacts: values_at(
        both, askers.astype(np.int64), contacts.astype(np.int64)
    )
