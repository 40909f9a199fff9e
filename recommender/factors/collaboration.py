"""Real potential for collaboration: each has what the other needs (science §8.2, factor 7).

Harmonic mean of how well each one's skills meet the other's goals, times feasibility: the square
root of how surely the contact is around, and 0 where both declared languages and share none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots


def scorer(profiles: Profiles) -> Scorer:
    """H(what I need and you can, what you need and I can) · feasibility."""
    declared = np.diff(profiles.languages.indptr) > 0

    def can_talk(askers: Rows, contacts: Rows) -> NDArray[np.bool_]:
        shared = pair_dots(profiles.languages, profiles.languages, askers, contacts) > 0
        return shared | ~declared[askers] | ~declared[contacts]

    def values(askers: Rows, contacts: Rows) -> Values:
        taken = pair_dots(profiles.goals, profiles.skills, askers, contacts)
        given = pair_dots(profiles.goals, profiles.skills, contacts, askers)
        total = taken + given
        match = np.divide(2 * taken * given, total, out=np.zeros_like(total), where=total > 0)
        feasible = np.sqrt(profiles.active[contacts]) * can_talk(askers, contacts)
        return np.asarray((match * feasible).clip(0, 1), np.float32)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By activities and declared goals, on both sides."""
    known = shrunk_confidence(profiles.events + 5 * profiles.declared_goals)
    return known, known
