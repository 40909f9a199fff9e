"""Which quiet ties are worth picking up again (science §8.5, in a first form)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import FACTORS, SIGNALS
from recommender.factors.profiles import Profiles
from recommender.ties import Ties

FLOOR = 0.05
"""Keeps one missing part from deciding alone (ε of science §8.5)."""


def reactivation(
    ties: Ties,
    places: NDArray[np.int64],
    profiles: Profiles,
    factors: NDArray[np.float32],
    signals: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Engagement · relevance, float32 [m] in [0, 1.2]: will she answer, is there something to say.

    places: int64 [m], which ties; factors: [m, 9]; signals: [m, 5] among one's quiet ties.
    Engagement: willing (benevolence), trusted (past strength), around (active lately).
    Relevance: meets the asker now, in objects or topics.
    """
    contacts = ties.contacts[places]
    total = (ties.sent[places] + ties.received[places]).astype(np.float32)
    trusted = total / (total + 10)
    around = profiles.active[contacts]
    willing = factors[:, FACTORS.index("benevolence")]
    meets = signals[:, SIGNALS.index("shared_objects")]
    topical = signals[:, SIGNALS.index("active_in_topics")]
    engagement = 0.2 * willing + 0.3 * trusted + 0.5 * around
    relevance = 0.5 * meets + 0.5 * topical
    return np.asarray((engagement + FLOOR) * (relevance + FLOOR), np.float32)
