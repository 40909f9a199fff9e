"""Benevolence: willingness to help (science §8.2, factor 5).

½ share of those who addressed the contact and got something back, (1 + answered) / (2 + asked),
¼ percentile of distinct people contacted per active day, and ¼ percentile of how soon she answers
(median). The last is left out, and the others weigh the more, for those who never answered.
"""

from __future__ import annotations

import numpy as np

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import percentile, shrunk_confidence

ANSWERS, HELPS, SOON = 0.5, 0.25, 0.25
"""Weights of the three parts."""


def scorer(profiles: Profiles) -> Scorer:
    """The same for every asker."""
    share = (1 + profiles.answered) / (2 + profiles.asked)
    timed = np.isfinite(profiles.reply_days)
    soon = np.zeros(len(share), np.float32)
    soon[timed] = percentile(-profiles.reply_days[timed])
    total = ANSWERS * share + HELPS * profiles.helped + SOON * soon
    everyone: Values = (total / (ANSWERS + HELPS + SOON * timed)).astype(np.float32)

    def values(askers: Rows, contacts: Rows) -> Values:  # noqa: ARG001 - one shape for all nine
        return everyone[contacts]

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By how many people have addressed the contact."""
    return np.ones(len(profiles.asked), np.float32), shrunk_confidence(profiles.asked)
