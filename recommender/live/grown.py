"""A model with room: people who came later, and what people say of themselves now.

The arrays of a model are mapped from disk and shared by all workers. Of those with a row a person a
worker has of its own only the pages in which anybody differs, or came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.ids import PersonId, Row, Strings, StringTable, unwritable
from recommender.factors.habits import NEVER
from recommender.live.roomy import roomy
from recommender.model import Model

ROOM = 1024
"""Rows made ready at once for people who come."""

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
    """A table of strings with others after them, and some of them changed.

    Every string that came, or took another's place, has a place of its own behind all others. In a
    table that only grows, places are rows.
    """

    def __init__(self, base: StringTable) -> None:
        super().__init__(base.text, base.offsets)
        self._base = base
        self._count = len(base)
        self._later = Strand()
        self._at: dict[int, int] = {}
        self._rows: dict[str, Row] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, row: int) -> str:
        place = self._at.get(row)
        return super().__getitem__(row) if place is None else self._later[place - len(self._base)]

    def strings(self) -> Strings:
        """As of a plain table, and what came later."""
        return self._strings._replace(more=self._later.text, more_offsets=self._later.offsets)

    def places(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """As of a plain table; of what came or changed, where it is now."""
        if not self._at:
            return rows
        at = self._at
        found = [at.get(row, row) for row in rows.ravel().tolist()]
        return np.array(found, np.int32).reshape(rows.shape)

    def row(self, string: str) -> Row | None:
        """The row of `string`, or None; the strings that came later are found too."""
        later = self._rows.get(string)
        return self._base.row(string) if later is None else later

    def append(self, string: str) -> Row:
        """Put `string` after all others."""
        row = Row(self._count)
        self._rows[string] = row
        self._count += 1
        self.change(row, string)
        return row

    def change(self, row: int, string: str) -> None:
        """Have another string at `row`."""
        self._at[row] = len(self._base) + self._later.add(string)


class Strand:
    """Strings one after the other, to which others are added; what was given out stays as it is."""

    def __init__(self) -> None:
        self._text, self._offsets = np.empty(1024, np.uint8), np.zeros(64, np.int64)
        self._count = 0

    def __getitem__(self, place: int) -> str:
        start, end = self._offsets[place : place + 2]
        return self._text[start:end].tobytes().decode()

    @property
    def text(self) -> NDArray[np.uint8]:
        """Every string's UTF-8 after another."""
        return unwritable(self._text[: self._offsets[self._count]])

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Int64 [count + 1], as in `StringTable`."""
        return unwritable(self._offsets[: self._count + 1])

    def add(self, string: str) -> int:
        """Put a string behind the others; returns its place among them."""
        content = np.frombuffer(string.encode(), np.uint8)
        start = int(self._offsets[self._count])
        end = start + len(content)
        self._text = _roomy(self._text, end)
        self._offsets = _roomy(self._offsets, self._count + 2)
        self._text[start:end] = content
        self._count += 1
        self._offsets[self._count] = end
        return self._count - 1


def _roomy(array: NDArray[Any], size: int) -> NDArray[Any]:
    """The array, or where it is too small a copy of at least twice its size."""
    if size <= len(array):
        return array
    found = np.zeros(max(size, 2 * len(array)), array.dtype)
    found[: len(array)] = array
    return found


class Grown:
    """The model as it is now. Written to by one thread, while nobody reads."""

    def __init__(self, model: Model) -> None:
        self.base, self.model = model, model
        self._roomy: dict[str, NDArray[Any]] = {}
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
        if name not in self._roomy:
            shown: dict[str, Any] = {name: self._whole(name)[: len(getattr(self.model, name))]}
            self.model = replace(self.model, **shown)
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
        """Have more rows in every array with a row a person."""
        first, came = len(self.model.hidden), len(self.model.person_ids) - len(self.base.person_ids)
        last = min(first + max(ROOM, came), len(self.base.hidden) + MOST)
        shown: dict[str, Any] = {}
        for name, unknown in UNKNOWN.items():
            whole = self._whole(name)
            whole[first:last] = unknown
            shown[name] = whole[:last]
        self.model = replace(self.model, **shown)

    def _whole(self, name: str) -> NDArray[Any]:
        """An array of our own with a row for everybody who may ever come."""
        if name not in self._roomy:
            self._roomy[name] = roomy(getattr(self.base, name), MOST)
        return self._roomy[name]


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
