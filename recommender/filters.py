"""The one place that decides who may never be shown to whom.

Training asks it so that no place in a list is wasted; the pipeline asks it again for every
answer, last before ranking, so that nothing reaches an answer by another way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.ids import Row
from recommender.domain.slate import Kind, Query
from recommender.matrices import Snapshot
from recommender.model import span
from recommender.sparse import pattern
from recommender.ties import Ties

RULES: dict[str, tuple[Kind, ...]] = {
    "blocked": tuple(Kind),
    "unwanted": tuple(Kind),
    "connected": (Kind.PEOPLE,),
}
"""The patterns of `Rules` that bar pairs of people, and from which kinds of list each does."""


class Later(Protocol):
    """What changes since training keep off lists."""

    def __call__(self, asker: Row, kind: Kind, *, contacts_too: bool) -> NDArray[np.int32]:
        """Rows, in order, that may not be on the asker's list of this kind."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Who may not be shown, for n people.

    blocked: CSR pattern [n, n], by asker: blocks in both directions.
    unwanted: CSR pattern [n, n], by asker: whom she muted or dismissed.
    connected: CSR pattern [n, n], symmetric: any contact so far, and any declared connection,
        ended or not; such people are not new.
    hidden: bool [n], people who do not want to be found.
    organisation: int32 [n], see `Model`; within: bool [n], who wants to be found by her own
        organisation alone, None: nobody does.
    later: whom changes since training bar from a list of an asker, by kind: rows in order.
    """

    blocked: sp.csr_matrix
    unwanted: sp.csr_matrix
    connected: sp.csr_matrix
    hidden: NDArray[np.bool_]
    organisation: NDArray[np.int32] | None = None
    within: NDArray[np.bool_] | None = None
    later: Later | None = None

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
    allowed = rows >= 0
    for _, lines, passed in _passed(rules, query, askers, rows):
        allowed[lines] &= passed
    return np.asarray(allowed, bool)


def left_out(
    rules: Rules, query: Query, askers: NDArray[np.int32], rows: NDArray[np.int32]
) -> dict[str, int]:
    """How many of `rows` may not be shown, by the first rule that says so."""
    left, counts = rows >= 0, dict[str, int]()
    for name, lines, passed in _passed(rules, query, askers, rows):
        counts[name] = counts.get(name, 0) + int((left[lines] & ~passed).sum())
        left[lines] &= passed
    return counts


Passed = tuple[str, slice | int, NDArray[np.bool_]]
"""A rule, the lines it is about, and whom of them it lets pass: bool [b, k], or [k] of one line."""


def _passed(
    rules: Rules, query: Query, askers: NDArray[np.int32], rows: NDArray[np.int32]
) -> Iterator[Passed]:
    """Every rule that may leave out anybody."""
    everybody = slice(None)
    yield "self", everybody, rows != askers[:, None]
    yield "hidden", everybody, ~rules.hidden[rows]
    if rules.within is not None and rules.organisation is not None:
        theirs, mine = rules.organisation[rows], rules.organisation[askers][:, None]
        yield "hidden", everybody, ~rules.within[rows] | ((theirs == mine) & (theirs >= 0))
    if query.excluded:
        excluded = np.fromiter(query.excluded, np.int32)
        yield "excluded", everybody, ~np.isin(rows, excluded)
    if query.among is not None:
        among = np.fromiter(query.among, np.int32)
        yield "not_asked_for", everybody, np.isin(rows, among)
    for barrier, narrowing in query.only:
        yield str(barrier), everybody, narrowing(rows)
    for line, asker in enumerate(askers.tolist()):
        for name, known in _known_to(rules, query, Row(asker)):
            yield name, line, ~_in_sorted(rows[line], known)


def _known_to(rules: Rules, query: Query, asker: Row) -> Iterator[tuple[str, NDArray[np.int32]]]:
    """What bars people from an asker's list, where it bars anybody: rows in order."""
    for name, kinds in RULES.items():
        if query.kind in kinds and not (query.contacts_too and name == "connected"):
            pattern = getattr(rules, name)
            known = pattern.indices[span(pattern.indptr, asker)]
            if len(known):
                yield name, known
    if rules.later is not None:
        known = rules.later(asker, query.kind, contacts_too=query.contacts_too)
        if len(known):
            yield "since", known


def _in_sorted(rows: NDArray[np.int32], known: NDArray[np.int32]) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(known, rows), len(known) - 1)
    found: NDArray[np.bool_] = known[place] == rows
    return found
