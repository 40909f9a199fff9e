"""The model in force among the systems: it answers in rows of its own, brought to those known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.systems import Lists
from evaluation.tasks import Question
from recommender.domain.ids import StringTable
from recommender.model import Model


class Current:
    """A published model, asked about people by the rows of another table of ids.

    People whom the model does not know get empty lists; whom only the model knows is not listed.
    """

    def __init__(self, model: Model, person_ids: StringTable) -> None:
        mine = {model.person_ids[row]: row for row in range(len(model.person_ids))}
        rows = [mine.get(person_ids[row], -1) for row in range(len(person_ids))]
        self._theirs = np.array(rows, np.int32)
        self._ours = np.full(len(mine) + 1, -1, np.int32)  # the last place stands for nobody
        known = np.flatnonzero(self._theirs >= 0)
        self._ours[self._theirs[known]] = known

    def answer(self, answer: Callable[[Question], Lists]) -> Callable[[Question], Lists]:
        """`answer`, which speaks in the model's rows, for questions in the other rows."""

        def translated(question: Question) -> Lists:
            lines = np.flatnonzero(self._theirs[question.askers] >= 0)
            given = self._ours[answer(self._question(question, lines))]
            lists = np.full((len(question.askers), given.shape[1]), -1, np.int32)
            lists[lines] = _moved_up(given)
            return lists

        return translated

    def _question(self, question: Question, lines: NDArray[np.intp]) -> Question:
        """What is asked, of those whom the model knows, in its rows."""
        pool = None if question.pool is None else self._columns(question.pool[lines])
        askers = self._theirs[question.askers[lines]]
        return replace(question, askers=askers, panel=question.panel[lines], pool=pool, relevant={})

    def _columns(self, pool: sp.csr_matrix) -> sp.csr_matrix:
        lines, rows = pool.nonzero()
        cells = self._theirs[rows]
        there = cells >= 0
        shape = (pool.shape[0], len(self._ours) - 1)
        return sp.csr_matrix((np.ones(there.sum()), (lines[there], cells[there])), shape)


def _moved_up(lists: Lists) -> Lists:
    """Empty slots last, the others in their order."""
    order = np.argsort(lists < 0, axis=1, kind="stable")
    return np.take_along_axis(lists, order, axis=1)
