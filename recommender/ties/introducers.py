"""Who could introduce two people, and may be named.

Only what the asker can see for herself may be told: the two addressed one another in an object
(a thread, a document) in which she took part too. And only somebody with whom she is in contact
now can be asked for such a favour.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.compiled import lazily
from recommender.domain.slate import SILENCE_DAYS
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot
from recommender.ties.table import Ties


class Introducers:
    """Finds, for any pairs, a contact of the asker who could introduce her.

    barred: CSR pattern [n, n], whom each may not be brought together with; hidden: bool [n].
    """

    def __init__(
        self,
        snapshot: Snapshot,
        ties: Ties,
        barred: sp.csr_matrix,
        hidden: NDArray[np.bool_],
    ) -> None:
        self._present = _present(ties, snapshot.as_of_microseconds, hidden)
        self._spoken = _spoken(snapshot)
        self._took_part = _took_part(snapshot)
        self._barred = _sorted(barred)

    def __call__(self, askers: NDArray[np.int32], contacts: NDArray[np.int32]) -> NDArray[np.int32]:
        """The one with whom the asker's tie is strongest: int32 [m], -1 where there is none."""
        out = np.full(len(askers), -1, np.int32)
        present, took_part, barred = self._present, self._took_part, self._barred
        _find(
            *(present.indptr, present.indices, present.data),
            *self._spoken,
            *(took_part.indptr, took_part.indices),
            *(barred.indptr, barred.indices),
            *(askers.astype(np.int64), contacts.astype(np.int64)),
            out,
        )
        return out


def _present(ties: Ties, as_of: int, hidden: NDArray[np.bool_]) -> sp.csr_matrix:
    """Strength of ties that live: contact both ways, the last within SILENCE_DAYS, not hidden."""
    since = as_of - int(SILENCE_DAYS * DAY_MICROSECONDS)
    lives = (ties.sent > 0) & (ties.received > 0) & (ties.last >= since) & ~hidden[ties.contacts]
    cells = (ties.persons()[lives], ties.contacts[lives])
    shape = (ties.people, ties.people)
    return _sorted(sp.csr_matrix((1 + ties.strength[lives].astype(np.float64), cells), shape))


Spoken = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]


def _spoken(snapshot: Snapshot) -> Spoken:
    """Who addressed one another in which object: indptr by person, others, objects; both sorted."""
    said, people = snapshot.interactions, len(snapshot.person_ids)
    somewhere = (said.objects >= 0) & (said.persons != said.contacts)
    a, b, thing = (
        column[somewhere].astype(np.int64) for column in (said.persons, said.contacts, said.objects)
    )
    pairs, pair = np.unique(np.minimum(a, b) * people + np.maximum(a, b), return_inverse=True)
    things = max(len(snapshot.object_ids), 1)
    there, ways = np.unique(
        np.unique((pair * things + thing) * 2 + (a < b)) // 2, return_counts=True
    )
    pair, thing = np.divmod(there[ways == 2], things)
    a, b = np.divmod(pairs[pair], people)
    one, other, thing = np.r_[a, b], np.r_[b, a], np.r_[thing, thing]
    order = np.lexsort((thing, other, one))
    indptr = np.searchsorted(one[order], np.arange(people + 1))
    return indptr.astype(np.int64), other[order].astype(np.int32), thing[order].astype(np.int32)


def _took_part(snapshot: Snapshot) -> sp.csr_matrix:
    thing = snapshot.person_object
    return _sorted(thing.csr("count", thing.taking_part()))


def _sorted(matrix: sp.csr_matrix) -> sp.csr_matrix:
    matrix = sp.csr_matrix(matrix)
    matrix.sort_indices()
    return matrix


@lazily
def _in(values: Any, low: Any, high: Any, wanted: Any) -> Any:
    """First place in values[low:high], ascending, that is not below `wanted`."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@lazily
def _has(indptr: Any, indices: Any, row: Any, wanted: Any) -> Any:
    end = indptr[row + 1]
    place = _in(indices, indptr[row], end, wanted)
    return place < end and indices[place] == wanted


@lazily
def _find(
    pp: Any, pi: Any, px: Any, sp_: Any, si: Any, so: Any, tp: Any, ti: Any, bp: Any, bi: Any,
    u: Any, v: Any, out: Any,
) -> None:  # fmt: skip
    """For each pair, walk the asker's living ties (p) and look up what was spoken (s)."""
    for i in range(len(u)):
        best, strongest = -1, 0.0
        for k in range(pp[u[i]], pp[u[i] + 1]):
            w = pi[k]
            if px[k] <= strongest or _has(bp, bi, u[i], w) or _has(bp, bi, v[i], w):
                continue
            end = sp_[v[i] + 1]
            s = _in(si, sp_[v[i]], end, w)
            while s < end and si[s] == w:
                if _has(tp, ti, u[i], so[s]):
                    best, strongest = w, px[k]
                    break
                s += 1
        out[i] = best
