"""Native tables as Spark reads them: in place where its types say all, else by way of DuckDB.

What is text that stands for a time, a number or a flag has one reader, so that it means the same
everywhere: DuckDB writes it anew, typed, as it streams by. Columns of their own types are read by
the executors where they lie.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.types as pt
from pyspark.sql import SparkSession

from ingestion.engine import Engine, quote
from ingestion.pieces import Piece
from ingestion.reader import TYPED, text_of
from ingestion.schema import Column, Kind
from ingestion.sources.base import OWN

SQL_TYPES = {
    "int32": "INT",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
    "string": "STRING",
}
"""What Spark calls types of Ibis."""

_PLAIN = re.compile(r"[A-Za-z0-9/._=+,-]+")
"""Paths that Spark takes as they are; in others it sees globs, or writes them in another way."""

_GLOB = re.compile(r"[\[\]{}*?\\]")
"""What is more than itself where Spark reads."""

_INTEGERS = {pa.int8(): "TINYINT", pa.int16(): "SMALLINT", pa.int32(): "INT", pa.int64(): "BIGINT"}
_FLOATS = {pa.float32(): "FLOAT", pa.float64(): "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Direct:
    """How Spark reads the columns of a file. columns: those it has, and their types.

    values: what stands for each column of `raw_schema`, but for part and row.
    """

    columns: tuple[tuple[str, str], ...]
    values: tuple[str, ...]


def select(
    spark: SparkSession,
    reading: Engine,
    name: str,
    columns: Mapping[str, str],
    pieces: Sequence[Piece],
) -> str:
    """The rows of all pieces, in the shape of `columns`, as a query of Spark's."""
    alike: defaultdict[Direct, list[Piece]] = defaultdict(list)
    others = []
    for piece in pieces:
        direct = _direct(piece)
        if direct is None:
            others.append(piece)
        else:
            alike[direct].append(piece)
    selects = [
        _in_place(spark, f"{name}__{number}", direct, found)
        for number, (direct, found) in enumerate(alike.items())
    ]
    if others:
        selects.append(_staged(spark, reading, f"{name}__staged", columns, others))
    nulls = (f"CAST(NULL AS {SQL_TYPES[kind]}) AS `{column}`" for column, kind in columns.items())
    return " UNION ALL ".join(selects or [f"SELECT {', '.join(nulls)} WHERE false"])


def location(path: Path) -> str:
    """Where Spark writes on this machine, whatever it takes paths for otherwise."""
    return f"file:{_whole(path)}"


def readable(path: Path) -> str:
    """The same where Spark reads, which there takes a path for a glob."""
    return _GLOB.sub(r"\\\g<0>", location(path))


def _whole(path: Path) -> Path:
    """From the root. Hadoop takes `..` for the folder before it, even where that is a link."""
    return path.resolve() if ".." in path.parts else path.absolute()


def _staged(
    spark: SparkSession,
    reading: Engine,
    name: str,
    columns: Mapping[str, str],
    pieces: Sequence[Piece],
) -> str:
    path = reading.new_file(".parquet")
    body = " UNION ALL ".join(piece.select for piece in pieces)
    reading.sql(f"COPY ({body}) TO {quote(str(path))} (FORMAT parquet)")
    types = ", ".join(f"`{column}` {SQL_TYPES[kind]}" for column, kind in columns.items())
    spark.read.schema(types).parquet(readable(path)).createOrReplaceTempView(name)
    return f"SELECT * FROM `{name}`"  # noqa: S608  (a name of ours)


def _in_place(spark: SparkSession, name: str, direct: Direct, pieces: Sequence[Piece]) -> str:
    """Files that are alike, read together; where each row stands follows from its file."""
    types = ", ".join(f"`{column}` {kind}" for column, kind in direct.columns)
    rows = spark.read.schema(types).parquet(*(readable(piece.path) for piece in pieces))
    own = rows.select("*", "_metadata.file_path", "_metadata.row_index")
    own.createOrReplaceTempView(name)
    places = ", ".join(
        f"('{_whole(piece.path)}', {piece.number}, {piece.first_row})" for piece in pieces
    )
    # Names come from `schema.py` and paths are plain: nothing of the host's is run as SQL.
    return (
        "SELECT /*+ BROADCAST(places) */ "  # noqa: S608
        "CAST(coalesce(places.number, raise_error(concat('an unknown file: ', file_path))) AS INT) "
        "AS part, row_index + places.first_row AS row, "
        f"CAST(NULL AS STRING) AS error, CAST(NULL AS STRING) AS raw, {', '.join(direct.values)} "
        f"FROM `{name}` LEFT JOIN (VALUES {places}) AS places (path, number, first_row) "
        "ON regexp_replace(file_path, '^file:/+', '/') = places.path"
    )


def _direct(piece: Piece) -> Direct | None:
    """How Spark reads a file in place; None where it would read something else than DuckDB."""
    path = str(_whole(piece.path))
    if not _PLAIN.fullmatch(path) or "//" in path or OWN & set(piece.schema.names):
        return None
    columns: list[tuple[str, str]] = []
    values: list[str] = []
    for column in piece.table.columns:
        kind = _kind(piece.schema, column.name)
        read = _read(column, kind)
        if read is None:
            return None
        type_, value = read
        if type_:
            columns.append((column.name, type_))
        values += _values(column, value)
    return Direct(tuple(columns), tuple(values))


def _kind(schema: pa.Schema, name: str) -> pa.DataType:
    """Of a column of a file; null where it has none of that name."""
    if name not in schema.names:
        return pa.null()
    kind = schema.field(name).type
    return kind.value_type if pt.is_dictionary(kind) else kind


def _values(column: Column, value: str) -> Iterator[str]:
    yield f"{value} AS `{column.name}`"
    if column.kind in TYPED:
        yield f"CAST(NULL AS STRING) AS `{text_of(column.name)}`"


def _read(column: Column, kind: pa.DataType) -> tuple[str, str] | None:
    """The type under which Spark reads a column, and the value that comes of it."""
    name = f"`{column.name}`"
    ours = SQL_TYPES[TYPED.get(column.kind, "string")]
    if pt.is_null(kind):
        return "", f"CAST(NULL AS {ours})"
    if column.kind is Kind.TIME:
        return _time(name, kind)
    theirs = {**_INTEGERS, **(_FLOATS if column.kind is Kind.NUMBER else {})}.get(kind)
    if column.kind is Kind.FLAG and pt.is_boolean(kind):
        return "BOOLEAN", name
    if theirs:
        return theirs, f"CAST({name} AS {ours})"
    if column.kind not in TYPED and (pt.is_string(kind) or pt.is_large_string(kind)):
        return "STRING", f"nullif(validate_utf8({name}), '')"
    return None


def _time(name: str, kind: pa.DataType) -> tuple[str, str] | None:
    if not pt.is_timestamp(kind) or kind.unit not in ("us", "ms"):
        return None
    if kind.tz is None:
        return "TIMESTAMP_NTZ", f"unix_micros(CAST({name} AS TIMESTAMP))"
    return "TIMESTAMP", f"unix_micros({name})"
