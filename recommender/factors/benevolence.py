"""Benevolence: willingness to help (science §8.2, factor 5).

⅔ share of those who addressed the contact and got something back, (1 + answered) / (2 + asked),
and ⅓ percentile of distinct people contacted per active day. How fast she answers is not known
from a snapshot and is left out.
"""

from __future__ import annotations

import numpy as np

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence


def scorer(profiles: Profiles) -> Scorer:
    """The same for every asker."""
    share = (1 + profiles.answered) / (2 + profiles.asked)
    everyone = ((2 * share + profiles.helped) / 3).astype(np.float32)

    def values(askers: Rows, contacts: Rows) -> Values:  # noqa: ARG001 - one shape for all nine
        return everyone[contacts]

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By how many people have addressed the contact."""
    return np.ones(len(profiles.asked), np.float32), shrunk_confidence(profiles.asked)
