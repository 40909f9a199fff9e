"""Reputation: standing in the topics that the asker cares for (science §8.2, factor 4).

Percentile of answers received per contribution, not in total, so that sheer volume earns nothing.
"""

from __future__ import annotations

import numpy as np

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots


def scorer(profiles: Profiles) -> Scorer:
    """Standing averaged over the asker's goals, by their weight."""

    def values(askers: Rows, contacts: Rows) -> Values:
        return pair_dots(profiles.goals, profiles.standing, askers, contacts).clip(0, 1)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By the contact's activities, 0 where nobody has yet answered any of them.

    An asker without goals or interests has none either.
    """
    seen = profiles.events + 5 * profiles.declared_goals
    answered = np.where(profiles.asked > 0, profiles.events, 0)
    return shrunk_confidence(seen), shrunk_confidence(answered)
