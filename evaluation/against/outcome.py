"""What people did after both models were made: the answers that both lists are judged by."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.against.base import LaterContacts
from evaluation.against.together import Side
from recommender.domain.config import EvaluateConfig
from recommender.domain.ids import StringTable
from recommender.domain.slate import Kind
from recommender.domain.times import microseconds
from recommender.filters import Rules
from recommender.sparse import pattern, row_sums, scale_columns, without
from recommender.ties import quiet


def answers(
    side: Side, later: LaterContacts, kind: Kind, config: EvaluateConfig
) -> tuple[NDArray[np.int32], sp.csr_matrix]:
    """Who had an answer, ascending places [b] in the common table, and which: CSR [b, u].

    side: the model that looks back from the later time. Right are, for new people, those whom she
    addressed, of all whom that model might have shown her; for reactivations, contacts whom she
    addressed, of those that were dormant then; within the days that the list is judged by.
    """
    model = side.model
    ids, n = model.person_ids, len(model.person_ids)
    persons, contacts = _rows(ids, later.person_ids), _rows(ids, later.contact_ids)
    horizon = config.return_days if kind is Kind.REACTIVATION else config.horizon_days
    known = (persons >= 0) & (contacts >= 0) & (later.days < horizon)
    askers = np.unique(persons[known])
    addressed = pattern(persons[known], contacts[known], (n, n))[askers]
    if kind is Kind.REACTIVATION:
        addressed = addressed.multiply(_dormant(side, config.silence_days)[askers]).tocsr()
    rules = Rules(
        blocked=model.blocked,
        unwanted=model.unwanted,
        connected=model.connected,
        hidden=model.hidden,
    )
    shown = scale_columns(addressed, (~model.hidden).astype(np.float32))
    right = without(shown, rules.barred(askers, kind))
    right.eliminate_zeros()
    some = row_sums(right) > 0
    return side.places[askers[some]], _spread(right[some], side)


def _spread(matrix: sp.csr_matrix, side: Side) -> sp.csr_matrix:
    """The same with columns of the common table."""
    columns = side.places[matrix.indices]
    shape = (matrix.shape[0], len(side.rows))
    return sp.csr_matrix((matrix.data, columns, matrix.indptr), shape)


def _dormant(side: Side, silence_days: float) -> sp.csr_matrix:
    """Ties that are dormant, from both ends: CSR pattern [n, n]."""
    ties = side.model.ties
    since = microseconds(side.model.info.as_of)
    chosen = quiet(ties, slice(None), since, silence_days)
    people = len(side.places)
    return pattern(ties.persons()[chosen], ties.contacts[chosen], (people, people))


def _rows(ids: StringTable, wanted: NDArray[np.str_]) -> NDArray[np.int32]:
    """The rows of `wanted`, int32 [m]; -1 for those not there. Every distinct id is looked up."""
    distinct, at = np.unique(wanted, return_inverse=True)
    return ids.rows(map(str, distinct))[at]
