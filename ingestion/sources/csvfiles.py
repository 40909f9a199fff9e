"""CSV: comma-separated UTF-8 with a header, quotes as in RFC 4180, optionally gzipped.

The engine's reader is fast but, at a quote that is never closed, swallows the rest of the file.
So it is believed only where every line became one row; any other file (values over several lines,
blank lines, anything broken) is read by hand, where a broken line costs that line alone.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ingestion.engine import Engine, quote
from ingestion.schema import Table
from ingestion.sources.base import Part
from ingestion.sources.text import (
    MAX_LINE,
    PlainText,
    Row,
    decode,
    lines,
    plain_text,
    unreadable,
    write_rows,
)
from recommender.domain.errors import InputDataError

MAX_RECORD_LINES = 10_000
"""Most lines that one quoted value may span before its quote counts as never closed."""

Numbered = tuple[int, bytes]


def stage_csv(path: Path, origin: str, table: Table, engine: Engine) -> Part:
    """Stage a CSV file. Raises InputDataError where it has no usable header."""
    text = plain_text(path, origin, engine)
    header = _header(text.path, origin)
    known = [name for name in header if name in table.names]
    target = engine.new_file(".parquet")
    part = Part(
        origins=(origin,),
        path=target,
        first_row=2,
        unknown=tuple(name for name in header if name not in table.names),
    )
    if known and not _stage_fast(text, header, known, target, engine):
        write_rows(_rows(text.path, header), known, target)
    elif not known:
        write_rows((), (), target)  # the reader says which columns are missing
    return part


def _header(path: Path, origin: str) -> list[str]:
    try:
        first = decode(next(lines(path), (0, b""))[1]).removeprefix("\ufeff")
        header = next(csv.reader([first], strict=True), [])
    except (ValueError, csv.Error) as error:
        raise InputDataError(f"{origin}: the header line cannot be read: {error}") from None
    if not header:
        raise InputDataError(f"{origin} has no header line; write the column names first")
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise InputDataError(f"{origin} has column {twice!r} twice; keep one")
    return header


def _stage_fast(
    text: PlainText, header: list[str], known: list[str], target: Path, engine: Engine
) -> bool:
    """Stage with the engine's reader; False where it did not see every line as one row."""
    columns = ", ".join(f"{quote(name)}: 'VARCHAR'" for name in header)
    chosen = ", ".join(f'"{name}"' for name in known)
    try:
        engine.sql(
            f"COPY (SELECT {chosen} FROM read_csv({quote(str(text.path))}, "  # noqa: S608 - quoted
            f"columns = {{{columns}}}, auto_detect = false, header = true, delim = ',', "
            f"""quote = '"', escape = '"', max_line_size = {MAX_LINE})) """
            f"TO {quote(str(target))} (FORMAT parquet, COMPRESSION snappy)"
        )
    except duckdb.Error:
        return False
    return int(pq.read_metadata(target).num_rows) == text.lines - 1


def _rows(path: Path, header: list[str]) -> Iterator[Row]:
    """Every record after the header; the first line of a broken one as an unreadable row."""
    csv.field_size_limit(MAX_LINE)
    source = lines(path)
    next(source)
    waiting: deque[Numbered] = deque()
    while following := waiting.popleft() if waiting else next(source, None):
        number, line = following
        if not line:
            continue
        taken: list[Numbered] = []
        try:
            record = _record(line, waiting, source, taken)
            yield Row(number, _values(header, record))
        except (ValueError, csv.Error) as error:
            waiting.extendleft(reversed(taken))
            yield unreadable(number, line, error)


def _record(
    line: bytes, waiting: deque[Numbered], source: Iterator[Numbered], taken: list[Numbered]
) -> list[str]:
    """The fields of the record that begins with `line`.

    A record is whole once its quotes are even in number. The further lines it needed are left in
    `taken`, so that they can be read anew where the record turns out to be broken.
    """
    text, quotes = decode(line), line.count(b'"')
    while quotes % 2:
        following = waiting.popleft() if waiting else next(source, None)
        if following is None or len(taken) >= MAX_RECORD_LINES or len(text) > MAX_LINE:
            if following is not None:
                taken.append(following)
            raise ValueError("a quote is opened and never closed")
        taken.append(following)
        text += "\n" + decode(following[1])
        quotes += following[1].count(b'"')
    return next(csv.reader(text.splitlines(keepends=True), strict=True))


def _values(header: list[str], record: list[str]) -> dict[str, str | None]:
    if len(record) != len(header):
        raise ValueError(f"{len(record)} fields, the header has {len(header)}")
    return {name: value or None for name, value in zip(header, record, strict=True)}
