"""Communality: a shared professional interest, goal or need (science §8.2, factor 1).

½ cos(interests, interests) + ½ cos(goals, interests). It says that two people work on the same
topics; whether they agree about them is like-mindedness.
"""

from __future__ import annotations

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots
from recommender.sparse import unit_rows


def scorer(profiles: Profiles) -> Scorer:
    """Cosine of interests and of goals, in equal parts."""
    both = (unit_rows(profiles.goals) * 0.5 + profiles.interests * 0.5).tocsr()

    def values(askers: Rows, contacts: Rows) -> Values:
        return pair_dots(both, profiles.interests, askers, contacts).clip(0, 1)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By activities seen; a declared goal counts as five."""
    seen = profiles.events + 5 * profiles.declared_goals
    return shrunk_confidence(seen), shrunk_confidence(profiles.events)
