"""Real potential for learning: a contact about one step ahead (science §8.2, factor 8).

Σ goals(z) · exp(-(skill_contact(z) - skill_asker(z) - 1)² / 2) over the topics in which the contact
shows any skill, on levels 0 to 4: most where she is one level above the asker, less where she is
far above, or below. In a topic in which nothing is known of her there is nothing to learn, though
the formula alone would give the unskilled something.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots, strongest_shared

LEVELS = 5
"""Skill levels, 0 (none seen) to 4."""

STEP = 1.0
"""How many levels ahead teaches best between peers."""


def scorer(profiles: Profiles) -> Scorer:
    """Expected learning over the asker's goals.

    A level has few values, so the exponential is a table: each topic is split into one column
    per level, and a pair costs one sparse product.
    """
    wanted, shown = _lessons(profiles, least_lead=-LEVELS), _shown(profiles)

    def values(askers: Rows, contacts: Rows) -> Values:
        return pair_dots(wanted, shown, askers, contacts).clip(0, 1)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By activities and declared goals of the asker, and activities of the contact."""
    seen = profiles.events + 5 * profiles.declared_goals
    return shrunk_confidence(seen), shrunk_confidence(profiles.events)


class Lessons:
    """Finds the topic in which a contact has most to teach."""

    def __init__(self, profiles: Profiles) -> None:
        self._wanted = _lessons(profiles, least_lead=1)
        self._shown = _shown(profiles)

    def __call__(self, askers: Rows, contacts: Rows) -> NDArray[np.int32]:
        """A goal of the asker in which the contact is a level ahead or more: int32 [m], -1 none."""
        column, _ = strongest_shared(self._wanted, self._shown, askers, contacts)
        return np.where(column >= 0, column // LEVELS, -1).astype(np.int32)


def _lessons(profiles: Profiles, least_lead: int) -> sp.csr_matrix:
    """By asker, topic and contact's level: what a contact of that level teaches.

    Levels that lead the asker by less than `least_lead` are left out.
    """
    goals, levels = profiles.goals, _levels(profiles.skills)
    people, topics = goals.nonzero()
    asker = np.asarray(levels[people, topics], np.float32).ravel() if len(people) else goals.data
    rows, columns, values = [], [], []
    for level in range(1, LEVELS):
        ahead = level - asker
        kept = ahead >= least_lead
        rows.append(people[kept])
        columns.append(topics[kept] * LEVELS + level)
        values.append((goals.data * np.exp(-((ahead - STEP) ** 2) / 2))[kept])
    cells = (np.concatenate(rows), np.concatenate(columns))
    shape = (goals.shape[0], goals.shape[1] * LEVELS)
    return sp.csr_matrix((np.concatenate(values).astype(np.float32), cells), shape)


def _shown(profiles: Profiles) -> sp.csr_matrix:
    """By contact and topic, a 1 in the column of her level."""
    levels = _levels(profiles.skills)
    people, topics = levels.nonzero()
    columns = topics * LEVELS + levels.data.astype(np.int64)
    shape = (levels.shape[0], levels.shape[1] * LEVELS)
    return sp.csr_matrix((np.ones(len(people), np.float32), (people, columns)), shape)


def _levels(skills: sp.csr_matrix) -> sp.csr_matrix:
    values = np.rint(skills.data * (LEVELS - 1)).astype(np.float32)
    levels = sp.csr_matrix((values, skills.indices, skills.indptr), skills.shape, copy=True)
    levels.eliminate_zeros()
    levels.sort_indices()
    return levels
