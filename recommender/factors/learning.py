"""Real potential for learning: a contact about one step ahead (science §8.2, factor 8).

Σ goals(z) · exp(-(skill_contact(z) - skill_asker(z) - 1)² / 2), skills on levels 0 to 4: most
where the contact is one level above the asker, less where she is far above, or below.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles, shrunk_confidence
from recommender.kernels import pair_dots
from recommender.sparse import mapped, row_sums, values_at

LEVELS = 5
"""Skill levels, 0 (none seen) to 4."""

STEP = 1.0
"""How many levels ahead teaches best between peers."""


def scorer(profiles: Profiles) -> Scorer:
    """Expected learning over the asker's goals.

    A level has few values, so the exponential is a table: each topic is split into one column
    per level, and a pair costs one sparse product.
    """
    levels = _levels(profiles.skills)
    asker_side, nothing_known = _expectations(profiles.goals, levels)
    contact_side = _one_hot(levels)

    def values(askers: Rows, contacts: Rows) -> Values:
        learned = pair_dots(asker_side, contact_side, askers, contacts)
        return (nothing_known[askers] + learned).clip(0, 1)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By activities and declared goals of the asker, and activities of the contact."""
    seen = profiles.events + 5 * profiles.declared_goals
    return shrunk_confidence(seen), shrunk_confidence(profiles.events)


def _levels(skills: sp.csr_matrix) -> sp.csr_matrix:
    # A copy: dropping cells in place would take them out of the skills' own pattern as well.
    levels = mapped(skills, np.rint(skills.data * (LEVELS - 1))).copy()
    levels.eliminate_zeros()
    return levels


def _gain(contact: int, asker: np.ndarray) -> np.ndarray:
    return np.exp(-((contact - asker - STEP) ** 2) / 2)


def _expectations(goals: sp.csr_matrix, levels: sp.csr_matrix) -> tuple[sp.csr_matrix, Values]:
    """Gain over an unskilled contact by topic and level, and the gain from an unskilled one."""
    people, topics = goals.nonzero()
    asker = values_at(levels, people.astype(np.int64), topics.astype(np.int64))
    base = goals.data * _gain(0, asker)
    parts = [goals.data * _gain(level, asker) - base for level in range(1, LEVELS)]
    columns = [topics * LEVELS + level for level in range(1, LEVELS)]
    side = sp.csr_matrix(
        (
            np.concatenate(parts).astype(np.float32),
            (np.tile(people, LEVELS - 1), np.concatenate(columns)),
        ),
        (goals.shape[0], goals.shape[1] * LEVELS),
    )
    return side, row_sums(mapped(goals, base)).astype(np.float32)


def _one_hot(levels: sp.csr_matrix) -> sp.csr_matrix:
    people, topics = levels.nonzero()
    columns = topics * LEVELS + levels.data.astype(np.int64)
    shape = (levels.shape[0], levels.shape[1] * LEVELS)
    return sp.csr_matrix((np.ones(len(people), np.float32), (people, columns)), shape)
