"""The records of a Zulip export's JSON files, one at a time and in bounded memory.

A file is one object of tables, `{"zerver_message": [{…}, …], …}`, indented as Zulip writes it. A
line longer than MAX_LINE or something nested deeper than MAX_DEPTH is no export, and is refused
before it fills memory.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Container, Iterator
from typing import IO

import ijson

from ingestion.engine import first_line
from recommender.domain.errors import InputDataError

MAX_LINE = 16 << 20
"""Longest line, and so longest text, in bytes; the host allows messages of 10,000 characters."""
MAX_DEPTH = 64

Value = str | int | float | bool | None
Record = dict[str, Value]
"""What a record says in plain values, by column."""


def records(file: IO[bytes], origin: str, wanted: Container[str]) -> Iterator[tuple[str, Record]]:
    """Every record of the tables that are wanted, with the name of its table.

    Raises InputDataError where the file is no JSON, cut short, or no part of an export.
    """
    depth, table, key = 0, "", ""
    record: Record | None = None
    try:
        for event, value in ijson.basic_parse(_Lines(file, origin), use_float=True):
            if event == "map_key":
                table, key = (value, key) if depth == 1 else (table, value)
            elif event.startswith("start_"):
                depth += 1
                if depth > MAX_DEPTH or (depth == 1 and event != "start_map"):
                    raise InputDataError(f"{origin} is no file of a Zulip export; export it again")
                if depth == 3 and event == "start_map" and table in wanted:
                    record = {}
            elif event.startswith("end_"):
                if depth == 3 and record is not None:
                    yield table, record
                    record = None
                depth -= 1
            elif depth == 3 and record is not None:
                record[key] = value
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise InputDataError(
            f"{origin} is no whole JSON file ({first_line(error)}); export it again"
        ) from None


class _Lines:
    """A file that is read no further where a line has no end."""

    def __init__(self, file: IO[bytes], origin: str) -> None:
        self._file, self._origin = file, origin
        self._line = 0

    def read(self, size: int) -> bytes:
        """Up to `size` bytes more."""
        try:
            chunk = self._file.read(size)
        except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
            raise InputDataError(
                f"{self._origin} cannot be read to its end ({first_line(error)}); export it again"
            ) from None
        end = chunk.rfind(b"\n")
        self._line = len(chunk) - end - 1 if end >= 0 else self._line + len(chunk)
        if self._line > MAX_LINE:
            raise InputDataError(
                f"{self._origin} has a line longer than {MAX_LINE} bytes; export it again"
            )
        return chunk
