"""What CSV and JSON Lines files have in common: lines, gzip, and rows staged as Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.engine import Engine
from ingestion.sources.base import ERROR, RAW, ROW
from ingestion.sources.streams import Bytes, opened

MAX_LINE = 1 << 20
"""Longest line that is read, in bytes; a longer one is an unreadable row."""

_CHUNK = 1 << 20
_ROWS, _TEXT = 20_000, 16 << 20  # rows and characters held before they are written


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text file, uncompressed, and how many lines it has (a last one without an end counts)."""

    path: Path
    lines: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read by hand: its line, and either its values by column or what is wrong."""

    line: int
    values: dict[str, str | None]
    error: str | None = None
    text: str | None = None


def plain_text(path: Path, origin: str, engine: Engine) -> PlainText:
    """The file uncompressed, with its lines counted.

    Counting is what shows whether the engine's fast reader saw every line as a row of its own.
    Raises InputDataError where the file cannot be read, or its gzip is broken, cut short or a bomb.
    """
    with opened(path, origin) as file:
        if path.suffix != ".gz":
            return PlainText(path, _count(_chunks(file)))
        target = engine.new_file("".join(path.suffixes[-2:-1]))
        with target.open("wb") as copy:
            return PlainText(target, _count(_copied(_chunks(file), copy)))


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Every line without its end, numbered from 1.

    A line longer than MAX_LINE comes cut to MAX_LINE + 1 bytes, so memory stays bounded.
    """
    with path.open("rb") as file:
        number = 0
        while head := file.readline(MAX_LINE + 1):
            number += 1
            line = head
            while not line.endswith(b"\n") and (line := file.readline(_CHUNK)):
                pass
            yield number, head.rstrip(b"\r\n")


def decode(line: bytes) -> str:
    """The text of a line. Raises ValueError saying why there is none."""
    if len(line) > MAX_LINE:
        raise ValueError(f"longer than {MAX_LINE} bytes")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None


def unreadable(line: int, raw: bytes, why: object) -> Row:
    """The row that stands for a line which cannot be read."""
    return Row(line, {}, str(why), raw[:200].decode(errors="replace"))


def write_rows(rows: Iterable[Row], columns: Iterable[str], path: Path) -> None:
    """Write rows read by hand as a staged part: text columns, and where each row stands."""
    names = tuple(columns)
    schema = pa.schema(
        {**dict.fromkeys(names, pa.string()), ROW: pa.int64(), ERROR: pa.string(), RAW: pa.string()}
    )
    with pq.ParquetWriter(path, schema) as writer:
        for batch in _batches(rows):
            data: dict[str, list[object]] = {n: [row.values.get(n) for row in batch] for n in names}
            data[ROW] = [row.line for row in batch]
            data[ERROR] = [row.error for row in batch]
            data[RAW] = [row.text for row in batch]
            writer.write_table(pa.table(data, schema=schema))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    held = 0
    for row in rows:
        batch.append(row)
        held += sum(len(value) for value in row.values.values() if value)
        if len(batch) >= _ROWS or held >= _TEXT:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _chunks(file: Bytes) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _copied(chunks: Iterable[bytes], copy: BinaryIO) -> Iterator[bytes]:
    for chunk in chunks:
        copy.write(chunk)
        yield chunk


def _count(chunks: Iterable[bytes]) -> int:
    count, last = 0, b"\n"
    for chunk in chunks:
        count += chunk.count(b"\n")
        last = chunk[-1:]
    return count + (last != b"\n")
