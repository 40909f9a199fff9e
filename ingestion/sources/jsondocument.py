"""A JSON document of any size, record by record: the items of its list, or the whole of it.

Tokens come from ijson; what is kept at any time is one record. A record that is too long or nested
too deep is one that cannot be read; where a document is no JSON the reading ends, since nothing is
known of what follows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ijson

from ingestion.sources.streams import Bytes
from recommender.domain.errors import InputDataError

MAX_RECORD = 1 << 20
"""Longest record: bytes of a line, or characters of a document's item."""
MAX_DEPTH = 100
"""How deep a record may be nested."""
MAX_VALUE = 16 << 20
"""Bytes of a document in which a name or a value has to end."""

_CHUNK = 1 << 16
_STARTS, _ENDS = frozenset({"start_map", "start_array"}), frozenset({"end_map", "end_array"})

_TOO_LONG, _TOO_DEEP = f"longer than {MAX_RECORD}", f"nested deeper than {MAX_DEPTH}"

Event = tuple[str, Any]
"""A token as ijson gives it: its kind and its value."""
_Container = Any
"""An object or a list that is being filled."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: its line, or its place in the document's list from 1."""

    row: int
    value: dict[str, Any] | None
    """None where it cannot be read, or is text in a document's list."""
    error: str | None = None
    raw: str = ""
    """The start of a line that cannot be read, or the text."""
    within: str = ""
    """Which of the document's lists it is an item of, where it is one that was asked for."""


def document(stream: Bytes, origin: str, lists: frozenset[str]) -> Iterator[Record]:
    """The records of a document, which messages call `origin`; for `lists` see `records`.

    Raises InputDataError where it is no whole JSON document.
    """
    try:
        yield from _Document(_Tokens(stream, origin), lists).records()
    except (ijson.JSONError, ValueError, SystemError) as error:
        # A number of too many digits may be a SystemError in ijson, which hides a ValueError.
        said = str(error).removeprefix("b'").replace("\\n", "\n").partition("\n")[0]
        raise InputDataError(
            f"{origin} is not a whole JSON document ({said}); export it again"
        ) from None


@dataclass(slots=True)
class _Tokens:
    """The tokens of a document, and what was read since a value came to its end."""

    stream: Bytes
    origin: str
    since: int = 0

    def read(self, size: int) -> bytes:
        """For ijson. Raises InputDataError where a value does not come to its end."""
        chunk = self.stream.read1(min(size, _CHUNK)) if size else b""
        self.since += len(chunk)
        if self.since > MAX_VALUE:
            raise InputDataError(
                f"{self.origin} has a value longer than {MAX_VALUE} bytes; export it again"
            )
        return chunk

    def __iter__(self) -> Iterator[Event]:
        return iter(ijson.basic_parse(self, buf_size=_CHUNK, use_float=True))


class _Document:
    """A JSON document: the records in its lists, or what there is beside them."""

    def __init__(self, tokens: _Tokens, lists: frozenset[str]) -> None:
        self._watch, self._tokens = tokens, iter(tokens)
        self._lists = lists
        self._rows = itertools.count(1)
        self._listed = False
        self._beside: dict[str, Any] = {}
        self._room = MAX_RECORD
        self._error: str | None = None

    def records(self) -> Iterator[Record]:
        kind, _ = next(self._tokens)
        if kind == "start_array":
            yield from self._items()
        elif kind == "start_map":
            yield from self._members("")
            if not self._listed:
                yield Record(1, None if self._error else self._beside, self._error)
        else:
            raise InputDataError(f"{self._watch.origin} is JSON, but holds no object")
        for _ in self._tokens:  # to its end, which tells whether it is whole
            pass

    def _members(self, within: str) -> Iterator[Record]:
        """The records in the lists of an object that has just begun."""
        for event, name in self._tokens:
            if event == "end_map":
                return
            path = f"{within}{name}"
            kind, value = next(self._tokens)
            if kind == "start_array" and path in self._lists:
                self._listed = True
                yield from self._items(path)
            elif kind == "start_map" and any(x.startswith(f"{path}.") for x in self._lists):
                yield from self._members(f"{path}.")
            else:
                self._keep(path, *self._value(kind, value, self._room - len(name)))

    def _keep(self, path: str, value: object, error: str | None, size: int) -> None:
        self._room -= size + len(path)
        self._error = self._error or error
        if self._error is None:
            self._beside[path] = value

    def _items(self, within: str = "") -> Iterator[Record]:
        """The items of a list that has just begun, to its end."""
        for kind, value in self._tokens:
            if kind == "end_array":
                return
            row = next(self._rows)
            item, error, _ = self._value(kind, value, MAX_RECORD)
            if isinstance(item, dict):
                yield Record(row, item, within=within)
            elif isinstance(item, str):
                yield Record(row, None, raw=item, within=within)
            else:
                error = error or "neither a JSON object nor text"
                yield Record(row, None, error, within=within)

    def _value(self, kind: str, value: Any, room: int) -> tuple[object, str | None, int]:
        """A value that has just begun, why it cannot be kept, and its size in characters."""
        self._watch.since = 0
        if kind in _STARTS:
            return self._container({} if kind == "start_map" else [], room)
        size = len(value) if isinstance(value, str) else 0
        return (value, None, size) if size <= room else (None, _TOO_LONG, 0)

    def _container(self, top: _Container, room: int) -> tuple[object, str | None, int]:
        here = top
        outer: list[_Container] = []
        name, size = "", 0
        for kind, value in self._tokens:
            if kind == "map_key":
                name = value
                size += len(value)
                continue
            if kind in _ENDS:
                if not outer:
                    return top, None, size
                here = outer.pop()
                continue
            item = value
            if kind in _STARTS:
                item = {} if kind == "start_map" else []
            elif kind == "string":
                size += len(value)
            if here.__class__ is dict:
                here[name] = item
            else:
                here.append(item)
            size += 4
            if kind in _STARTS:
                outer.append(here)
                here = item
            if size > room or len(outer) >= MAX_DEPTH:
                self._skip(len(outer) + 1)
                return None, _TOO_LONG if size > room else _TOO_DEEP, 0
        raise ValueError("cut short")  # ijson has said so before

    def _skip(self, depth: int) -> None:
        """Read on to where `depth` objects or lists have ended."""
        for kind, _ in self._tokens:
            self._watch.since = 0
            depth += (kind in _STARTS) - (kind in _ENDS)
            if depth == 0:
                return
