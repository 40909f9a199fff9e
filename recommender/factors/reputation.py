"""Reputation: standing in the topics that the asker cares for (science §8.2, factor 4).

Percentile of answers received per contribution, not in total, so that sheer volume earns nothing.
"""

from __future__ import annotations

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
    """By the contact's activities; an asker without goals or interests has none."""
    seen = profiles.events + 5 * profiles.declared_goals
    return shrunk_confidence(seen), shrunk_confidence(profiles.events)
