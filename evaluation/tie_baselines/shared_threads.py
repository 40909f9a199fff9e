"""Who has lately been in the same threads, documents or courses, without being addressed there.

s(u, v) = Σ √(a(u, o) · a(v, o)) + 10⁻⁶ · a(v) over objects o, a being activity halved every 30
days; the last term orders those who share nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.tie_baselines.base import PairScorer
from evaluation.tie_baselines.contact_activity import HALF_LIFE_DAYS, activity
from recommender.sparse import mapped, row_sums

BLOCK = 4096
"""Pairs looked at together, to bound memory."""


def scorer(known: Known) -> PairScorer:
    """Shared objects; shared topics where a community has no objects."""
    snapshot = known.snapshot
    places = snapshot.person_object if len(snapshot.person_object) else snapshot.person_topic
    acted = places.csr(f"decay_{HALF_LIFE_DAYS}")
    part = mapped(acted, np.sqrt(acted.data))
    around = activity(known)

    def score(askers: NDArray[np.int32], contacts: NDArray[np.int32]) -> NDArray[np.float64]:
        shared = np.empty(len(askers))
        for start in range(0, len(askers), BLOCK):
            block = slice(start, start + BLOCK)
            shared[block] = row_sums(part[askers[block]].multiply(part[contacts[block]]))
        return shared + 1e-6 * around[contacts]

    return score
