"""A host's own tables on the way to native ones: laid down as they are read, mapped by queries.

What a host keeps apart has to be brought together: whom a reply addresses stands in another post.
So a source writes what it reads, record by record, on sheets, and says in SQL what of them becomes
a native table. Sheets lie on disk and queries run in the engine: memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.engine import Engine, quote
from ingestion.sources.base import ERROR, FILE, RAW, ROW, Part, Tables

_ROWS = 50_000
"""Rows of a sheet that are held before they are written."""
_CHARACTERS = 32 << 20
"""Characters that are held before they are written."""
RAW_CHARACTERS = 200
"""How much of what cannot be read is kept."""


class Laid(Protocol):
    """A host's table, laid down as a Parquet file: a `Sheet`, or what is like one."""

    @property
    def name(self) -> str:
        """What queries call it."""

    @property
    def path(self) -> Path:
        """The file."""


class Sheet:
    """Rows of one of a host's tables, all text; a context manager, whole when it is left.

    Every row has, beside its values, its place: the number of its file and of the row in it.
    """

    def __init__(self, engine: Engine, name: str, columns: Sequence[str]) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.path = engine.new_file(".parquet")
        texts = dict.fromkeys((*self.columns, ERROR, RAW), pa.string())
        self._schema = pa.schema({FILE: pa.int32(), ROW: pa.int64(), **texts})
        self._writer = pq.ParquetWriter(self.path, self._schema)
        self._rows: list[tuple[int | str | None, ...]] = []
        self._batches: list[pa.RecordBatch] = []
        self._batched = 0
        self._characters = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flush()
        self._writer.close()

    def add(self, file: int, row: int, *values: str | None) -> None:
        """Write one row. values: as many as there are columns, in their order."""
        self._hold((file, row, *values, None, None))

    def extend(
        self, file: int, rows: pa.Array, columns: Sequence[pa.Array], characters: int
    ) -> None:
        """Write many rows of a file at once, which costs next to nothing.

        rows: their numbers, int64. columns: one array of strings each, in the order of ours, all
        of the length of `rows`. characters: an upper bound of how many they have together.
        """
        if self._rows:
            self._flush()
        places = pa.array(np.full(len(rows), file, np.int32))
        nothing = pa.nulls(len(rows), pa.string())
        arrays = [places, rows, *columns, nothing, nothing]
        self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._batched += len(rows)
        self._characters += characters
        if self._batched >= _ROWS or self._characters >= _CHARACTERS:
            self._flush()

    def spoilt(self, file: int, row: int, error: str, raw: str) -> None:
        """Write a row that stands for a record which cannot be read."""
        nothing = (None,) * len(self.columns)
        self._hold((file, row, *nothing, error, raw[:RAW_CHARACTERS]))

    def _hold(self, row: tuple[int | str | None, ...]) -> None:
        if self._batches:
            self._flush()
        self._rows.append(row)
        for value in row[2:]:
            if value.__class__ is str:
                self._characters += len(value)
        if len(self._rows) >= _ROWS or self._characters >= _CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            arrays = [
                pa.array(column, field.type)
                for column, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        if self._batches:
            self._writer.write_table(pa.Table.from_batches(self._batches))
        self._rows, self._batches, self._batched, self._characters = [], [], 0, 0


@contextmanager
def opened(engine: Engine, columns: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Sheet]]:
    """A sheet for each name, with these columns; all are whole when they are left."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Sheet(engine, name, those)) for name, those in columns.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Part of a native table, as a query over sheets.

    table: its native name. origins: names of the files that `_file` of its rows points into.
    query: SQL of the engine, which gives `_file`, `_row` and columns of the table, and `_error` and
    `_text` where the rows of a sheet may be spoilt. It holds nothing that the host says.
    """

    table: str
    origins: tuple[str, ...]
    query: str


def mapped(engine: Engine, sheets: Iterable[Laid], parts: Sequence[Mapped]) -> Tables:
    """The native tables that `parts` make of `sheets`, which a query calls by their names.

    Rows of a part stand in the order of their places.
    """
    for sheet in sheets:
        engine.sql(
            f'CREATE OR REPLACE VIEW "{sheet.name}" AS '  # noqa: S608 - quoted
            f"SELECT * FROM read_parquet({quote(str(sheet.path))})"
        )
    tables: dict[str, list[Part]] = {}
    for part in parts:
        path = engine.new_file(".parquet")
        engine.sql(
            f"COPY (SELECT {FILE}, {ROW}, * EXCLUDE ({FILE}, {ROW}) FROM ({part.query}) "  # noqa: S608
            f"ORDER BY ALL) TO {quote(str(path))} (FORMAT parquet, COMPRESSION snappy)"
        )
        tables.setdefault(part.table, []).append(Part(origins=part.origins, path=path))
    return tables
