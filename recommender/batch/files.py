"""Part files: tables as Parquet, JSON Lines or CSV, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from recommender.batch.table import SCHEMA
from recommender.domain.slate import FACTORS

Write = Callable[[pa.Table], None]


@contextmanager
def writer(path: Path, file_format: str, schema: pa.Schema) -> Iterator[Write]:
    """Open a part file of `file_format`; what it yields appends a table of this schema."""
    if file_format == "parquet":
        with pq.ParquetWriter(path, schema, compression="zstd") as parquet:
            yield parquet.write_table
    elif file_format == "csv":
        nested = schema.equals(SCHEMA)
        with pa_csv.CSVWriter(path, file_schema(file_format) if nested else schema) as csv:
            yield lambda table: csv.write_table(_flat(table) if nested else table)
    else:
        with path.open("w", encoding="utf-8") as lines:
            yield lambda table: _write_lines(lines, table)


def file_schema(file_format: str) -> pa.Schema:
    """The columns of a part file of this format."""
    return flat_schema() if file_format == "csv" else SCHEMA


def flat_schema() -> pa.Schema:
    """The schema of a CSV export: a column a factor, reasons as JSON text."""
    columns: dict[str, pa.DataType] = {}
    for field in SCHEMA:
        if field.name == "factors":
            columns |= {f"factor_{name}": pa.float32() for name in FACTORS}
        else:
            columns[field.name] = pa.string() if field.name == "reasons" else field.type
    return pa.schema(columns)


def _flat(table: pa.Table) -> pa.Table:
    columns: list[Any] = []
    for name in SCHEMA.names:
        column = table[name].combine_chunks()
        if name == "factors":
            columns += [column.field(factor) for factor in FACTORS]
        elif name == "reasons":
            columns.append(pa.array([_json(reasons) for reasons in column.to_pylist()]))
        else:
            columns.append(column)
    return pa.table(columns, schema=flat_schema())


def _write_lines(file: TextIO, table: pa.Table) -> None:
    for row in table.to_pylist():
        if row.get("last_contact_at") is not None:
            row["last_contact_at"] = row["last_contact_at"].isoformat() + "Z"
        file.write(_json(row) + "\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
