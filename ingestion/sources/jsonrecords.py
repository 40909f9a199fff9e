"""JSON of any size, record by record: the items of a document's list, or the lines of a file.

What is kept at any time is one record. The tokens of a document come from ijson, and lines are read
by orjson, which costs a broken one itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from io import BufferedReader, BytesIO
from pathlib import Path

import orjson

from ingestion.sources.jsondocument import MAX_RECORD, Record, document
from ingestion.sources.streams import Bytes, opened

_BY_LINES = (".jsonl", ".ndjson")
_CHUNK = 1 << 16
_BOM = b"\xef\xbb\xbf"


def records(
    path: Path, origin: str, lists: frozenset[str], most: int | None = None
) -> Iterator[Record]:
    """Every record of a file, which may be gzipped.

    lists: where in a document its records are listed, as names joined by dots; a document that is
    a list itself has its items for records, and one without any such list is itself a record.
    most: bytes to read of the file, as if it ended there; None for all.
    Raises InputDataError, which calls the file `origin`, where a document is no whole JSON.
    """
    with opened(path, origin) as whole:
        stream = whole if most is None else BufferedReader(BytesIO(whole.read(most)))
        if stream.peek(len(_BOM)).startswith(_BOM):
            stream.read(len(_BOM))
        lines = _has_lines(path, origin)
        yield from _lines(stream) if lines else document(stream, origin, lists)


def _has_lines(path: Path, origin: str) -> bool:
    """Whether each line is a JSON document, told by the name, or by the first line and the next."""
    if any(suffix in _BY_LINES for suffix in path.suffixes[-2:]):
        return True
    with opened(path, origin) as stream:
        head = stream.read(MAX_RECORD + _CHUNK).removeprefix(_BOM).lstrip()
    first, _, following = head.partition(b"\n")
    try:
        return following.lstrip().startswith(b"{") and isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _lines(stream: Bytes) -> Iterator[Record]:
    for row in itertools.count(1):
        head = line = stream.readline(MAX_RECORD + 1)
        if not line:
            return
        while not line.endswith(b"\n") and (line := stream.readline(_CHUNK)):
            pass
        if head.strip():
            yield _line(row, head)


def _line(row: int, line: bytes) -> Record:
    if len(line.rstrip(b"\r\n")) > MAX_RECORD:
        return _unreadable(row, f"longer than {MAX_RECORD} bytes", line)
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _unreadable(row, f"no JSON: {error}", line)
    if not isinstance(value, dict):
        return _unreadable(row, "not a JSON object", line)
    return Record(row, value)


def _unreadable(row: int, why: str, line: bytes) -> Record:
    return Record(row, None, why, line[:200].decode(errors="replace").rstrip())
