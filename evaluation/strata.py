"""Parts of a task that are looked at by themselves: groups of askers, and of answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.known import Known
from recommender.domain.times import DAY_MICROSECONDS
from recommender.sparse import column_sums, pattern, row_sums

NEW_DAYS = 90
"""Who was first seen fewer days before the cutoff than this is a newcomer."""

CONTACTS, ASKER_IS = "contacts of the asker", "asker is"

CONTACT_GROUPS = ("0–2", "3–9", "10+")
"""Groups of people by how many contacts they have (science §8.12)."""

ASKER_GROUPS = {CONTACTS: CONTACT_GROUPS, ASKER_IS: ("newcomer", "settled")}
"""By grouping, the groups of askers, in the order of reports."""

ANSWER_GROUPS = {
    "distance of the answer": ("two hops", "further"),
    "who is recommended": ("newcomers", "popular", "less popular"),
}
"""By grouping, the groups of answers; an answer may be in several."""

_BLOCK = 50_000


def asker_strata(known: Known, askers: NDArray[np.int32]) -> dict[str, list[str]]:
    """By grouping of `ASKER_GROUPS`, the group of each of b askers, int32 [b]."""
    degree = contact_groups(known.material.profiles.degree[askers])
    settled = ~newcomers(known)[askers]
    return {
        CONTACTS: _named(ASKER_GROUPS[CONTACTS], degree),
        ASKER_IS: _named(ASKER_GROUPS[ASKER_IS], settled),
    }


def answer_strata(
    known: Known, askers: NDArray[np.int32], relevant: sp.csr_matrix
) -> dict[str, sp.csr_matrix]:
    """By group of `ANSWER_GROUPS`, those who are right and in it: CSR patterns [b, n].

    askers: int32 [b]; relevant: CSR pattern [b, n]. Two hops: both share a contact; popular: see
    `head`. The lists that are judged stay as they are.
    """
    cells = relevant.tocoo()
    near = _sharing(known, askers[cells.row], cells.col)
    new, popular = newcomers(known)[cells.col], head(column_sums(known.addressed()))[cells.col]
    groups = {
        "two hops": near,
        "further": ~near,
        "newcomers": new,
        "popular": popular,
        "less popular": ~popular,
    }
    return {
        name: pattern(cells.row[where], cells.col[where], relevant.shape)
        for name, where in groups.items()
    }


def contact_groups(contacts: NDArray[np.integer]) -> NDArray[np.intp]:
    """Places in CONTACT_GROUPS of people with so many contacts.

    >>> contact_groups(np.array([2, 3, 9, 10]))
    array([0, 1, 1, 2])
    """
    return np.searchsorted([3, 10], contacts, side="right")


def newcomers(known: Known) -> NDArray[np.bool_]:
    """Who was first seen fewer than `NEW_DAYS` before the snapshot, or never: bool [n]."""
    since = known.snapshot.as_of_microseconds - NEW_DAYS * DAY_MICROSECONDS
    return np.asarray(known.first_seen > since, bool)


def head(weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The fewest people, heaviest first, who together have half of all weight: bool [n].

    weights: float64 [n], >= 0. Of equals those with lower rows are taken; nobody where all is 0.

    >>> head(np.array([1.0, 5.0, 3.0, 1.0]))
    array([False,  True, False, False])
    """
    order = np.argsort(-weights, kind="stable")
    before = np.cumsum(weights[order]) - weights[order]
    chosen = np.zeros(len(weights), bool)
    chosen[order] = before < weights.sum() / 2
    return chosen


def _sharing(known: Known, ones: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether persons ones[i] and others[i] have a contact in common: bool [m]."""
    contacts = known.ties.matrix(np.ones(len(known.ties), np.float32))
    near = np.zeros(len(ones), bool)
    for start in range(0, len(ones), _BLOCK):
        part = slice(start, start + _BLOCK)
        near[part] = row_sums(contacts[ones[part]].multiply(contacts[others[part]]).tocsr()) > 0
    return near


def _named(names: Sequence[str], codes: NDArray[np.integer | np.bool_]) -> list[str]:
    return [names[int(code)] for code in codes]
