"""Organisation of the contact: what her workplace is worth to the asker (science §8.2, factor 2).

Cosine of the asker's goals with the interests of all known members of the organisation.
"""

from __future__ import annotations

import numpy as np

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots
from recommender.sparse import unit_rows


def scorer(profiles: Profiles) -> Scorer:
    """How much of the asker's goals the contact's organisation works on; 0 where unknown."""
    goals = unit_rows(profiles.goals)

    def values(askers: Rows, contacts: Rows) -> Values:
        out = np.zeros(len(askers), np.float32)
        code = profiles.organisation[contacts]
        known = np.flatnonzero(code >= 0)
        out[known] = pair_dots(goals, profiles.organisation_topics, askers[known], code[known])
        return out.clip(0, 1)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """An organisation is known by its members; one that is not declared is unknown."""
    known = profiles.organisation >= 0
    size = np.zeros(len(known), np.float32)
    size[known] = profiles.organisation_size[profiles.organisation[known]]
    seen = profiles.events + 5 * profiles.declared_goals
    return shrunk_confidence(seen), shrunk_confidence(size)
