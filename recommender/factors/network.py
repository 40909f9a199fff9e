"""Network of the contact: whom she can reach (science §8.2, factor 3).

The asker's goals against the summed interests of the contact's own contacts, each divided by
log(2 + contacts) so that hubs count for little.

People whom the asker already knows are not taken off that sum, though the study's formula does:
measured on what people did next, a reach without them tells less (area under the curve of who
meets whom in half a year, Lean chat 2021: .77 and .78 instead of .82 and .83; OVS 2013 and 2014:
.66 and .80 instead of .74 and .86). What is new to the asker is the diversity score's business.
"""

from __future__ import annotations

import numpy as np

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots
from recommender.sparse import row_sums, unit_rows


def scorer(profiles: Profiles) -> Scorer:
    """X / (x + typical x), so that ½ is the reach of an average connected person."""
    goals = unit_rows(profiles.goals)
    lengths = np.sqrt(row_sums(profiles.reach.multiply(profiles.reach)))
    typical = np.float32(lengths[lengths > 0].mean() if (lengths > 0).any() else 1.0)

    def values(askers: Rows, contacts: Rows) -> Values:
        reached = np.maximum(pair_dots(goals, profiles.reach, askers, contacts), 0)
        return np.asarray(reached / (reached + typical), np.float32)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By how many contacts of the contact are known."""
    seen = profiles.events + 5 * profiles.declared_goals
    return shrunk_confidence(seen), shrunk_confidence(profiles.degree)
