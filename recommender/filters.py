"""The one place that decides who may never be shown to whom.

Training asks it so that no place in a list is wasted; the pipeline asks it again for every
answer, last before ranking, so that nothing reaches an answer by another way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.slate import Kind, Query
from recommender.matrices import Snapshot
from recommender.sparse import pattern
from recommender.ties import Ties

RULES: dict[str, tuple[Kind, ...]] = {
    "blocked": tuple(Kind),
    "unwanted": tuple(Kind),
    "connected": (Kind.PEOPLE,),
}
"""The patterns of `Rules` that bar pairs of people, and from which kinds of list each does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Who may not be shown, for n people.

    blocked: CSR pattern [n, n], by asker: blocks in both directions.
    unwanted: CSR pattern [n, n], by asker: whom she muted or dismissed.
    connected: CSR pattern [n, n], symmetric: any contact so far, and any declared connection,
        ended or not; such people are not new.
    hidden: bool [n], people who do not want to be found.
    """

    blocked: sp.csr_matrix
    unwanted: sp.csr_matrix
    connected: sp.csr_matrix
    hidden: NDArray[np.bool_]

    def barred(self, askers: NDArray[np.int32], kind: Kind) -> sp.csr_matrix:
        """Pattern [b, n] of everyone who may not be shown to each asker, hidden people aside."""
        n = len(self.hidden)
        ones = (np.ones(len(askers), np.float32), (np.arange(len(askers)), askers))
        barred = sp.csr_matrix(ones, (len(askers), n))  # herself
        for rule in self.patterns(kind):
            barred = sp.csr_matrix(barred + rule[askers])
        return barred

    def patterns(self, kind: Kind) -> list[sp.csr_matrix]:
        """The patterns that bar people from lists of this kind, in the order of `RULES`."""
        return [getattr(self, name) for name, kinds in RULES.items() if kind in kinds]


def build_rules(snapshot: Snapshot, ties: Ties) -> Rules:
    """Read the rules off a snapshot."""
    n = len(snapshot.person_ids)
    person, contact = (snapshot.relation("blocks", c) for c in ("person", "contact"))
    mutual = snapshot.relation("blocks", "kind") == "block"
    a, b = (snapshot.relation("connections", c) for c in ("person", "contact"))
    return Rules(
        blocked=pattern(
            np.r_[person[mutual], contact[mutual]],
            np.r_[contact[mutual], person[mutual]],
            (n, n),
        ),
        unwanted=pattern(person[~mutual], contact[~mutual], (n, n)),
        connected=pattern(np.r_[ties.persons(), a, b], np.r_[ties.contacts, b, a], (n, n)),
        hidden=~snapshot.discoverable,
    )


def eligible(
    rules: Rules, query: Query, askers: NDArray[np.int32], rows: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Which of `rows`, int32 [b, k], may be shown to the asker of their line: bool [b, k].

    -1, an empty slot, never may.
    """
    allowed: NDArray[np.bool_] = (rows >= 0) & ~rules.hidden[rows] & (rows != askers[:, None])
    if query.excluded:
        allowed &= ~np.isin(rows, np.fromiter(query.excluded, np.int32))
    for known_to in rules.patterns(query.kind):
        for line, asker in enumerate(askers):
            known = known_to.indices[known_to.indptr[asker] : known_to.indptr[asker + 1]]
            if len(known):
                allowed[line] &= ~_in_sorted(rows[line], known)
    return allowed


def _in_sorted(rows: NDArray[np.int32], known: NDArray[np.int32]) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(known, rows), len(known) - 1)
    found: NDArray[np.bool_] = known[place] == rows
    return found
