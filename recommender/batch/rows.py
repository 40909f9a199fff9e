"""Rows of part files, some at a time, with all columns held against those of the format."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from recommender.batch.order import DisorderError

_LINES = 10_000
_BLOCK = 16 << 20
"""Bytes that are parsed at a time; a row must be shorter."""


def rows(file: pa.NativeFile, file_format: str, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of a file, in order; of Parquet only the columns of texts and whole numbers.

    Raises DisorderError or an error of pyarrow's where columns are not those of `schema`, or
    a value is none that they can have.
    """
    for table in FORMATS[file_format](file, schema):
        for name in table.column_names:
            if table[name].null_count and not _may_be_null(name):
                raise DisorderError(f"a row has no {name}")
        yield table


def _may_be_null(column: str) -> bool:
    return column in {"tie_layer", "last_contact_at"} or column.startswith("factor_")


def _check_columns(found: list[str], schema: pa.Schema) -> None:
    if found != schema.names:
        raise DisorderError("its columns are not those of an export")


def _parquet(file: pa.NativeFile, schema: pa.Schema) -> Iterator[pa.Table]:
    parquet = pq.ParquetFile(file)
    if not parquet.schema_arrow.equals(schema):
        raise DisorderError("its columns are not those of an export")
    looked_at = [each.name for each in schema if each.type in {pa.string(), pa.int32()}]
    batches = parquet.iter_batches(columns=looked_at)
    yield from (pa.Table.from_batches([each]) for each in batches)


def _csv(file: pa.NativeFile, schema: pa.Schema) -> Iterator[pa.Table]:
    types = dict(zip(schema.names, schema.types, strict=True))
    read = pa_csv.open_csv(
        file,
        read_options=pa_csv.ReadOptions(block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(column_types=types),
    )
    _check_columns(read.schema.names, schema)
    yield from (pa.Table.from_batches([each]) for each in read)


def _lines(file: pa.NativeFile, schema: pa.Schema) -> Iterator[pa.Table]:
    parse = pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    read = pa_json.ReadOptions(block_size=_BLOCK)
    lines = iter(io.TextIOWrapper(file, "utf-8", newline="\n"))
    while some := list(islice(lines, _LINES)):
        table = pa_json.read_json(io.BytesIO("".join(some).encode()), read, parse)
        _check_columns(list(json.loads(some[0])), schema)  # the parser fills in what is missing
        if table.num_rows != len(some):
            raise DisorderError("its lines are not a row each")
        yield table


FORMATS = {"parquet": _parquet, "csv": _csv, "jsonl": _lines}
"""How rows of each file format are read."""
