"""People who know what the asker wants to learn: her goals against skills, offers and work.

BM25 (Robertson & Zaragoza 2009) with topics for words: Σ_z goal(z) · idf(z) · 2.2 tf / (tf + 1.2
(¼ + ¾ length / mean length)), tf = log(1 + work with a half-life of 365 days) + 3 · what is
declared. Times √((1 + answered) / (2 + asked)) and ¼ + ¾ · how surely she is around: of those who
know, the ones who are likely to answer come first. Somebody without any history is found by what
she declares. Whoever declared no goal is found nobody: recent work is for the other sources.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.candidates.declared import declared_skills
from recommender.kernels import strongest_shared
from recommender.sparse import mapped, product, row_sums, scale_columns, scale_rows, top_per_row

SATURATION, LENGTH = 1.2, 0.75
"""BM25's k₁ and b, at their usual values."""

DECLARED = 3.0
"""What a declared skill of the highest level counts, where log(1 + work) counts as it is."""

ASLEEP = 0.25
"""What somebody counts who has not been seen lately, where one who surely is around counts 1."""

PER_TOPIC = 1000
"""People of one topic who are looked at, the best first: bounds the work a broad one makes."""


def finder(material: Material) -> Finder:
    """Score by BM25 times willingness."""
    goals, known = _wanted(material), _known(material)

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        return product(goals[askers], known)

    return find


class MatchedGoals:
    """Finds the goal of an asker in which a contact counts most."""

    def __init__(self, material: Material) -> None:
        self._goals = _wanted(material)
        self._known = _known(material).T.tocsr()

    def __call__(self, askers: NDArray[np.int32], contacts: NDArray[np.int32]) -> NDArray[np.int32]:
        """A topic of each pair: int32 [m], -1 where they have none."""
        return strongest_shared(self._goals, self._known, askers, contacts)[0]


def _wanted(material: Material) -> sp.csr_matrix:
    """Declared goals alone, by person and topic: float32 CSR [n, t]."""
    profiles = material.profiles
    return scale_rows(profiles.goals, np.sign(profiles.declared_goals, dtype=np.float32))


def _known(material: Material) -> sp.csr_matrix:
    """By topic and person: float32 CSR [t, n]."""
    worked, profiles = material.snapshot.person_topic, material.profiles
    work = worked.csr("decay_365", worked.taking_part())
    declared = declared_skills(material.snapshot)
    count = sp.csr_matrix(mapped(work, np.log1p(work.data)) + DECLARED * declared)
    length = row_sums(count)
    usual = length.sum() / max(np.count_nonzero(length), 1)
    softness = SATURATION * (1 - LENGTH + LENGTH * length / max(usual, 1e-9))
    softness = np.repeat(softness, np.diff(count.indptr))
    told = mapped(count, (SATURATION + 1) * count.data / (count.data + softness))
    people = np.bincount(told.indices, minlength=told.shape[1])
    rarity = np.log1p((told.shape[0] - people + 0.5) / (people + 0.5))
    willing = np.sqrt((1 + profiles.answered) / (2 + profiles.asked))
    likely = willing * (ASLEEP + (1 - ASLEEP) * profiles.active)
    return top_per_row(scale_rows(scale_columns(told, rarity), likely).T.tocsr(), PER_TOPIC)
