"""Values as databases hand them over, as text: what each kind of column may hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ingestion.schema import Kind
from ingestion.sources.sheets import RAW_CHARACTERS
from ingestion.sources.text import MAX_LINE
from recommender.domain.errors import InputDataError

Text = Callable[[Any], str]

_WORDS: dict[type, Text] = {str: str, int: str, UUID: str}
_TIMES: dict[type, Text] = {str: str, datetime: datetime.isoformat, date: date.isoformat}
_NUMBERS: dict[type, Text] = {str: str, int: str, float: repr, Decimal: str}
_FLAGS: dict[type, Text] = {str: str, int: str, bool: lambda flag: str(flag).lower()}
_ACCEPTED: dict[Kind, dict[type, Text]] = {
    Kind.ID: _WORDS,
    Kind.TEXT: _WORDS,
    Kind.TIME: _TIMES,
    Kind.NUMBER: _NUMBERS,
    Kind.FLAG: _FLAGS,
    Kind.LIST: {str: str, list: json.dumps},
}
"""How values become text, by the kind of their column and their own type."""
_ANY: dict[type, Text] = {
    **_WORDS,
    **_TIMES,
    **_NUMBERS,
    **_FLAGS,
    bytes: lambda value: value.decode(errors="replace"),
}
_REMEDY = "cast it in a query, under [source.sql] in the settings file"


class Strict:
    """Reads rows of a native table; what does not fit a column is told, and nothing guessed.

    kinds: of the columns to keep, by name. names: of all columns of the rows. origin: what to call
    the table. What a column holds at first it has to hold throughout: a first value of a type
    that cannot stand for its kind is the table's mistake, a later one that row's.
    """

    def __init__(self, origin: str, names: Sequence[str], kinds: Mapping[str, Kind]) -> None:
        self.kept = tuple(name for name in names if name in kinds)
        self._origin = origin
        self._columns = [(n, kinds[n], _ACCEPTED[kinds[n]]) for n in self.kept]
        self._places = [list(names).index(name) for name in self.kept]
        self._seen: set[str] = set()

    def texts(self, row: Sequence[Any]) -> list[str | None]:
        """The kept values. Raises ValueError where a row, InputDataError where a column is bad."""
        return [
            None if row[place] is None else self._text(row[place], *column)
            for place, column in zip(self._places, self._columns, strict=True)
        ]

    def _text(self, value: Any, name: str, kind: Kind, accepted: Mapping[type, Text]) -> str:
        text_of = accepted.get(type(value))
        if text_of is None:
            what = f"is {type(value).__name__}, which is no {kind.value}"
            if name in self._seen:
                raise ValueError(f"{name} {what}")
            raise InputDataError(f"{self._origin}: column {name!r} {what}; {_REMEDY}")
        self._seen.add(name)
        text = text_of(value)
        if len(text) > MAX_LINE:
            raise ValueError(f"{name} is longer than {MAX_LINE} characters")
        if not text.isascii() and not _is_utf8(text):
            raise ValueError(f"{name} is not UTF-8")
        return text


def lenient(row: Sequence[Any]) -> list[str | None]:
    """Any values as text, for columns of a schema that is known: what cannot be is null."""
    return [None if value is None else _plain(value) for value in row]


def raw(row: Sequence[Any]) -> str:
    """What to show of a row that cannot be read."""
    shown = ",".join("" if value is None else str(value)[:RAW_CHARACTERS] for value in row)
    return shown[:RAW_CHARACTERS].encode(errors="replace").decode()


def _plain(value: Any) -> str | None:
    text_of = _ANY.get(type(value))
    if text_of is None:
        return None
    text = text_of(value)[:MAX_LINE]
    return text if text.isascii() else text.encode(errors="replace").decode()


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
