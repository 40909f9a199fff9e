"""Real potential for learning: a contact at the right distance (science §8.2, factor 8).

Σ γ(z) · exp(-(skill_contact(z) - skill_asker(z) - d)² / 2) over the asker's goals in which the
contact shows any skill, on levels 0 to 4, with d the lead that teaches best: one level between
peers, or as many as lead to the level that a declared goal aims at (a mentor's). In a topic in
which nothing is known of her there is nothing to learn, though the formula alone would give the
unskilled something.

Who offers help learns by helping: in a topic that the asker offers, d is -1, and the contact is one
who wants it, of whatever level. γ shares the whole among declared goals and offers alike; without
declared goals, what the asker works on counts as one of them.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots, strongest_shared
from recommender.sparse import row_sums, scale_rows, values_at

LEVELS = 5
"""Skill levels, 0 (none seen) to 4."""

PEER = 1.0
"""How many levels ahead teaches best between peers."""

HELPED = -1.0
"""How far behind somebody is whom it suits best to help."""


def scorer(profiles: Profiles) -> Scorer:
    """Expected learning over the asker's goals and offers.

    A level has few values, so the exponential is a table: each topic is split into one column
    per level, and a pair costs one sparse product.
    """
    wanted, shown = _lessons(profiles, least_lead=-LEVELS), _shown(profiles)
    offered, wanting = _help(profiles), _wanting(profiles)

    def values(askers: Rows, contacts: Rows) -> Values:
        learned = pair_dots(wanted, shown, askers, contacts)
        return (learned + pair_dots(offered, wanting, askers, contacts)).clip(0, 1)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By activities and declared goals and offers of the asker, and activities of the contact."""
    said = profiles.declared_goals + row_sums(profiles.offers)
    return shrunk_confidence(profiles.events + 5 * said), shrunk_confidence(profiles.events)


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
    learning = np.maximum(profiles.declared_goals, 1)
    goals = scale_rows(profiles.goals, learning / (learning + row_sums(profiles.offers)))
    asker = _at(_levels(profiles.skills), goals)
    best = np.maximum(_at(profiles.targets, goals) - asker, PEER)
    return _by_level(goals, asker, best, least_lead)


def _help(profiles: Profiles) -> sp.csr_matrix:
    """By asker, offered topic and contact's level: what it is worth to help one of that level."""
    learning = np.maximum(profiles.declared_goals, 1)
    offers = scale_rows(profiles.offers, 1 / (learning + row_sums(profiles.offers)))
    asker = _at(_levels(profiles.skills), offers)
    return _by_level(offers, asker, np.full(len(asker), HELPED), -LEVELS)


def _by_level(
    weights: sp.csr_matrix, asker: NDArray[np.float32], best: NDArray[np.float32], least_lead: int
) -> sp.csr_matrix:
    """Every cell as a column a level; asker, best: her level there, and the lead that is best."""
    people, topics = weights.nonzero()
    rows, columns, values = [], [], []
    for level in range(LEVELS):
        ahead = level - asker
        kept = ahead >= least_lead
        rows.append(people[kept])
        columns.append(topics[kept] * LEVELS + level)
        values.append((weights.data * np.exp(-((ahead - best) ** 2) / 2))[kept])
    cells = (np.concatenate(rows), np.concatenate(columns))
    shape = (weights.shape[0], weights.shape[1] * LEVELS)
    return sp.csr_matrix((np.concatenate(values).astype(np.float32), cells), shape)


def _shown(profiles: Profiles) -> sp.csr_matrix:
    """By contact and topic in which she shows skill, a 1 in the column of her level."""
    levels = _levels(profiles.skills)
    people, topics = levels.nonzero()
    return _marks(people, topics * LEVELS + levels.data.astype(np.int64), levels.shape)


def _wanting(profiles: Profiles) -> sp.csr_matrix:
    """By contact and declared goal, a 1 in the column of her level, 0 included."""
    declared = scale_rows(profiles.goals, np.minimum(profiles.declared_goals, 1.0))
    people, topics = declared.nonzero()
    levels = _at(_levels(profiles.skills), declared).astype(np.int64)
    return _marks(people, topics * LEVELS + levels, declared.shape)


def _marks(
    people: NDArray[np.integer], columns: NDArray[np.integer], shape: tuple[int, int]
) -> sp.csr_matrix:
    cells = (people, columns)
    return sp.csr_matrix((np.ones(len(people), np.float32), cells), (shape[0], shape[1] * LEVELS))


def _at(matrix: sp.csr_matrix, cells: sp.csr_matrix) -> NDArray[np.float32]:
    """The values of `matrix` in the stored cells of another, in their order."""
    people, topics = cells.nonzero()
    return values_at(matrix, people.astype(np.int64), topics.astype(np.int64))


def _levels(skills: sp.csr_matrix) -> sp.csr_matrix:
    values = np.rint(skills.data * (LEVELS - 1)).astype(np.float32)
    levels = sp.csr_matrix((values, skills.indices, skills.indptr), skills.shape, copy=True)
    levels.eliminate_zeros()
    levels.sort_indices()
    return levels
