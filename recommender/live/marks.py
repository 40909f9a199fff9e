"""Who it was that was erased: of her a store keeps only a mark."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.domain.ids import Row, StringTable

Mark = Callable[[str], str]
"""From a person's id to what an erasure has in its place."""


class Marks:
    """Finds people by their marks.

    Everybody's mark is made when somebody is first looked for, and eight bytes of it are kept: for
    a million people that takes a second or two, and each further search then a millisecond.
    """

    def __init__(self, mark: Mark) -> None:
        self._mark = mark
        self._short = np.empty(0, np.int64)

    def row(self, person_ids: StringTable, mark: str) -> Row | None:
        """The row of whoever has this mark; None where nobody has. The table may only grow."""
        known = len(self._short)
        later = (hash(self._mark(person_ids[row])) for row in range(known, len(person_ids)))
        if known < len(person_ids):
            self._short = np.append(self._short, np.fromiter(later, np.int64))
        alike = np.flatnonzero(self._short == hash(mark)).tolist()
        return next((Row(row) for row in alike if self._mark(person_ids[row]) == mark), None)
