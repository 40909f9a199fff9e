"""Snapshot files: the same rows give the same bytes, whatever engine computed them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

GROUP_ROWS = 131_072
"""Rows per row group of every file."""


def write(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write `batches` as one Parquet file of `schema`, streamed; returns its rows.

    Columns are taken by name and cast; int64 becomes a time as microseconds since 1970.
    """
    # Measures and times are mostly different in every row: a dictionary would only cost time.
    often = [f.name for f in schema if not _is_various(f.type)]
    rows = 0
    with pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, use_dictionary=often
    ) as writer:
        for group in _regrouped(_shaped(batches, schema), schema):
            writer.write_table(group, row_group_size=GROUP_ROWS)
            rows += group.num_rows
    return rows


def _is_various(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_timestamp(kind))


def _shaped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    for batch in batches:
        columns = [pc.cast(batch.column(field.name), field.type) for field in schema]
        yield pa.Table.from_arrays(columns, schema=schema)


def _regrouped(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows in tables of exactly GROUP_ROWS rows, the last one shorter.

    Without this, row groups would follow the engine's batches, whose sizes it does not promise.
    """
    waiting = schema.empty_table()
    for table in tables:
        waiting = pa.concat_tables([waiting, table])
        while waiting.num_rows >= GROUP_ROWS:
            yield waiting.slice(0, GROUP_ROWS).combine_chunks()
            waiting = waiting.slice(GROUP_ROWS)
    if waiting.num_rows:
        yield waiting.combine_chunks()
