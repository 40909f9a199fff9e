"""The one place that decides who may never be shown to whom.

Training asks it so that no place in a list is wasted; the pipeline asks it again for every
answer, last before ranking, so that nothing reaches an answer by another way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.compiled import BOOL, I1, I4, I8, compiled, read, within, written
from recommender.domain.ids import Row
from recommender.domain.slate import Barrier, Kind, Query
from recommender.matrices import Snapshot
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
    return np.asarray(barring(rules, query, askers, rows) == PASSED, bool)


def left_out(
    rules: Rules, query: Query, askers: NDArray[np.int32], rows: NDArray[np.int32]
) -> dict[str, int]:
    """How many of `rows` may not be shown, by the first rule that says so."""
    counts = np.bincount(barring(rules, query, askers, rows).ravel())
    return {LAW[code]: int(count) for code, count in enumerate(counts) if count and LAW[code]}


def barring(
    rules: Rules, query: Query, askers: NDArray[np.int32], rows: NDArray[np.int32]
) -> NDArray[np.int8]:
    """The first rule by which each of `rows` may not be shown: int8 [b, k], into `LAW`."""
    codes = _asked(query, rows)
    none = np.zeros(0, np.bool_)
    near = rules.within is not None and rules.organisation is not None
    later, ends = _later(rules, query, askers)
    bar_lines(
        *(np.ascontiguousarray(askers, np.int32), np.ascontiguousarray(rows), rules.hidden),
        *(rules.within if near else none, rules.organisation if near else _NOBODY),
        *(*_of_pairs(rules, query, "blocked"), *_of_pairs(rules, query, "unwanted")),
        *(*_of_pairs(rules, query, "connected"), later, ends, codes),
    )
    return codes


def _asked(query: Query, rows: NDArray[np.int32]) -> NDArray[np.int8]:
    """What the call itself leaves out: codes of `LAW`, PASSED for all others."""
    codes = np.zeros(rows.shape, np.int8)
    out: list[tuple[str, NDArray[np.bool_]]] = []
    if query.excluded:
        out.append(("excluded", np.isin(rows, np.fromiter(query.excluded, np.int32))))
    if query.among is not None:
        out.append(("not_asked_for", ~np.isin(rows, np.fromiter(query.among, np.int32))))
    out += [(str(barrier), ~narrowing(rows)) for barrier, narrowing in query.only]
    for name, which in reversed(out):  # the first comes last, and stays
        codes[which] = _CODE[name]
    return codes


def _of_pairs(rules: Rules, query: Query, name: str) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """Where the rows of a pattern start, and its columns; of one that does not hold, nothing."""
    if query.kind not in RULES[name] or (query.contacts_too and name == "connected"):
        return _NO_PAIRS
    pattern = getattr(rules, name)
    return np.asarray(pattern.indptr, np.int64), pattern.indices


def _later(
    rules: Rules, query: Query, askers: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Whom changes bar from the list of each asker, one after the other, and where each's end."""
    ends = np.zeros(len(askers), np.int64)
    if rules.later is None:
        return _NOBODY, ends
    found = [
        rules.later(Row(asker), query.kind, contacts_too=query.contacts_too)
        for asker in askers.tolist()
    ]
    if not any(len(each) for each in found):
        return _NOBODY, ends
    ends[:] = np.cumsum([len(each) for each in found])
    return np.concatenate(found).astype(np.int32), ends


PASSED = 0
LAW = (
    *("", "self", "hidden", "excluded", "not_asked_for", str(Barrier.FILTER), str(Barrier.CONTEXT)),
    *("blocked", "unwanted", "connected", "since", ""),
)
"""What the codes of `barring` stand for: nothing, each rule in its turn, an empty slot."""

_CODE = {name: code for code, name in enumerate(LAW)}
_SELF, _HIDDEN, _BLOCKED, _UNWANTED = (
    _CODE[name] for name in ("self", "hidden", "blocked", "unwanted")
)
_CONNECTED, _SINCE, _EMPTY = _CODE["connected"], _CODE["since"], len(LAW) - 1
_NOBODY = np.zeros(0, np.int32)
_NO_PAIRS = np.zeros(1, np.int64), _NOBODY


@within
def _among(row: Any, columns: Any, start: Any, end: Any) -> Any:
    """Whether a row is among columns[start:end], which are in order."""
    low, high = start, end
    while low < high:
        middle = (low + high) // 2
        if columns[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low < end and columns[low] == row


@within
def _pair(row: Any, asker: Any, starts: Any, columns: Any) -> Any:
    """Whether a pattern has this pair; it knows nothing of people who came later."""
    return asker + 1 < len(starts) and _among(row, columns, starts[asker], starts[asker + 1])


@compiled(
    *(read(I4), read(I4, 2), read(BOOL), read(BOOL), read(I4)),
    *(read(I8), read(I4), read(I8), read(I4), read(I8), read(I4), read(I4), read(I8)),
    written(I1, 2),
)
def bar_lines(  # noqa: C901 - a rule a branch
    askers: Any,
    rows: Any,
    hidden: Any,
    near_only: Any,
    organisation: Any,
    blocked_at: Any,
    blocked: Any,
    unwanted_at: Any,
    unwanted: Any,
    connected_at: Any,
    connected: Any,
    later: Any,
    later_ends: Any,
    codes: Any,
) -> None:
    """See `barring`. codes: what the call itself leaves out, to which all rules are added."""
    for line in range(rows.shape[0]):
        asker = askers[line]
        home = organisation[asker] if len(near_only) else -1
        first = later_ends[line - 1] if line else 0
        for slot in range(rows.shape[1]):
            row = rows[line, slot]
            if row < 0:
                codes[line, slot] = _EMPTY
            elif row == asker:
                codes[line, slot] = _SELF
            elif hidden[row] or (
                len(near_only) and near_only[row] and (home < 0 or organisation[row] != home)
            ):
                codes[line, slot] = _HIDDEN
            elif codes[line, slot] != PASSED:
                continue
            elif _pair(row, asker, blocked_at, blocked):
                codes[line, slot] = _BLOCKED
            elif _pair(row, asker, unwanted_at, unwanted):
                codes[line, slot] = _UNWANTED
            elif _pair(row, asker, connected_at, connected):
                codes[line, slot] = _CONNECTED
            elif _among(row, later, first, later_ends[line]):
                codes[line, slot] = _SINCE
