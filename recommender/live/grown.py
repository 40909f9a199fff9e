"""A model with room: people who came later, and what people say of themselves now.

The arrays of a model are mapped from disk and shared by all workers. What changes is copied first,
array by array, so that a worker has of its own only what differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.ids import PersonId, Row, StringTable
from recommender.factors.habits import NEVER
from recommender.model import Model

ROOM = 1024
"""Rows added at once for people who come."""

MOST = 100_000
"""People who may come between two models; a flood of made-up ids ends here."""

UNKNOWN: dict[str, Any] = {
    "organisation": -1,
    "role": -1,
    "sector": -1,
    "timezone": -1,
    "level": -1.0,
    "community": -1,
    "main_topics": -1,
    "weeks_away": NEVER,
    "newcomer": True,
    "hidden": True,
    **dict.fromkeys(("segment", "asker_confidence", "contact_confidence", "active"), 0),
    **dict.fromkeys(("pace", "answers", "price"), 0),
}
"""Every array of a model that has a row a person, and what it says of somebody just come."""

WORDS = {
    "organisation": "organisations",
    "role": "roles",
    "sector": "sectors",
    "timezone": "timezones",
}
"""Attributes that are words, and the tables of their words."""


class GrownTable(StringTable):
    """A table of strings with others after them, and some of them changed."""

    def __init__(self, base: StringTable) -> None:
        super().__init__(base.text, base.offsets)
        self._base = base
        self._count = len(base)
        self._changed: dict[int, str] = {}
        self._rows: dict[str, Row] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, row: int) -> str:
        changed = self._changed.get(row)
        return super().__getitem__(row) if changed is None else changed

    def row(self, string: str) -> Row | None:
        """The row of `string`, or None; the strings that came later are found too."""
        later = self._rows.get(string)
        return self._base.row(string) if later is None else later

    def append(self, string: str) -> Row:
        """Put `string` after all others."""
        row = Row(self._count)
        self._changed[row], self._rows[string] = string, row
        self._count += 1
        return row

    def change(self, row: int, string: str) -> None:
        """Have another string at `row`."""
        self._changed[row] = string


class Grown:
    """The model as it is now. Written to by one thread, while nobody reads."""

    def __init__(self, model: Model) -> None:
        self.base, self.model = model, model
        self._own: set[str] = set()
        self._codes: dict[str, dict[str, int]] = {}

    def row(self, person_id: PersonId) -> Row | None:
        """The row of somebody who was there, or came."""
        return self.model.person_ids.row(person_id)

    def came(self, row: Row) -> bool:
        """Whether somebody came after the model was trained."""
        return row >= len(self.base.person_ids)

    def add(self, person_id: PersonId) -> Row | None:
        """A row for somebody who came; nobody finds her yet. None where no more may come."""
        came = len(self.model.person_ids) - len(self.base.person_ids)
        if came >= MOST:
            return None
        row = self._table("person_ids").append(person_id)
        self._table("display_names").append(person_id)
        if row >= len(self.model.hidden):
            self._make_room()
        return row

    def column(self, name: str) -> NDArray[Any]:
        """An array with a row a person, to be written to."""
        if name not in self._own:
            self._own.add(name)
            copied: dict[str, Any] = {name: getattr(self.model, name).copy()}
            self.model = replace(self.model, **copied)
        column: NDArray[Any] = getattr(self.model, name)
        return column

    def say(self, row: Row, attribute: str, word: str) -> None:
        """Have a word of `WORDS` for an attribute of a person; an empty one is what it was."""
        codes = self.column(attribute)
        if word:
            codes[row] = self._code(WORDS[attribute], word)
        else:
            codes[row] = self.before(attribute, row)

    def before(self, name: str, row: Row) -> Any:
        """What the model itself says of a person."""
        column = getattr(self.base, name)
        return column[row] if row < len(column) else UNKNOWN[name]

    def call(self, row: Row, display_name: str) -> None:
        """Have a name for a person; an empty one is what it was."""
        known = row < len(self.base.display_names)
        usual = self.base.display_names[row] if known else self.model.person_ids[row]
        self._table("display_names").change(row, display_name or usual)

    def language(self, word: str) -> int:
        """The column of a language, new or not."""
        return self._code("languages", word)

    def rows_of(self, name: str, rows: Mapping[Row, Iterable[int]]) -> None:
        """Have other columns in some rows of a pattern: `goals` or `speaks`."""
        if not rows:
            return
        width = len(self.model.languages if name == "speaks" else self.model.topic_ids)
        changed = with_rows(getattr(self.model, name), rows, len(self.model.hidden), width)
        replaced: dict[str, Any] = {name: changed}
        self.model = replace(self.model, **replaced)

    def _code(self, table: str, word: str) -> int:
        words = self._table(table)
        if table not in self._codes:  # a model's words are in no order
            self._codes[table] = {words[code]: code for code in range(len(words))}
        codes = self._codes[table]
        if word not in codes:
            codes[word] = words.append(word)
        return codes[word]

    def _table(self, name: str) -> GrownTable:
        table = getattr(self.model, name)
        if not isinstance(table, GrownTable):
            table = GrownTable(table)
            replaced: dict[str, Any] = {name: table}
            self.model = replace(self.model, **replaced)
        return table

    def _make_room(self) -> None:
        more = max(ROOM, (len(self.model.person_ids) - len(self.base.person_ids)))
        changed: dict[str, Any] = {}
        for name, unknown in UNKNOWN.items():
            column = getattr(self.model, name)
            rest = np.full((more, *column.shape[1:]), unknown, column.dtype)
            changed[name] = np.concatenate([column, rest])
            self._own.add(name)
        self.model = replace(self.model, **changed)


def with_rows(
    pattern: sp.csr_matrix, rows: Mapping[Row, Iterable[int]], count: int, width: int
) -> sp.csr_matrix:
    """A pattern of `count` rows with other columns in some of them; rows that are added are empty.

    >>> told = with_rows(sp.csr_matrix(np.eye(2)), {Row(0): [1], Row(2): [0, 1]}, 3, 2)
    >>> told.toarray().astype(int).tolist()
    [[0, 1], [0, 1], [1, 1]]
    """
    sizes = np.zeros(count, np.int64)
    sizes[: pattern.shape[0]] = np.diff(pattern.indptr)
    kept = np.ones(count, bool)
    new = {row: np.unique(np.fromiter(columns, np.int32)) for row, columns in rows.items()}
    for row, columns in new.items():
        sizes[row], kept[row] = len(columns), False
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    indices = np.empty(indptr[-1], np.int32)
    old = np.repeat(kept[: pattern.shape[0]], np.diff(pattern.indptr))
    indices[np.repeat(kept, sizes)] = pattern.indices[old]
    for row, columns in new.items():
        indices[indptr[row] : indptr[row + 1]] = columns
    ones = np.broadcast_to(np.float32(1), len(indices))
    return sp.csr_matrix((ones, indices, indptr), (count, width), copy=False)
