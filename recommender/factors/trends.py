"""Trends: outside developments that make the tie timely (science §8.2, factor 9).

Cosine of the rising topics among the asker's goals with what the contact worked on lately. A
topic rises when its share of the last quarter's activity exceeds its share of the year's.
"""

from __future__ import annotations

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots
from recommender.sparse import scale_columns, unit_rows


def scorer(profiles: Profiles) -> Scorer:
    """How much the contact is now in what rises among the asker's topics."""
    timely = unit_rows(scale_columns(profiles.goals, profiles.rising))

    def values(askers: Rows, contacts: Rows) -> Values:
        return pair_dots(timely, profiles.recent, askers, contacts).clip(0, 1)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By activities of both; an asker none of whose topics rise knows no trend."""
    rises = (profiles.goals @ profiles.rising) > 0
    return shrunk_confidence(profiles.events) * rises, shrunk_confidence(profiles.events)
