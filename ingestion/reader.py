"""Parts to one typed table: the last place that knows files and the engine's own SQL.

Every native table becomes one relation `raw_<table>` with the columns of `raw_schema`, whatever
types its files had: ids and text as strings, times as int64 microseconds since 1970 in UTC
(rounded down, so that a cut at a microsecond is exact for nanoseconds too), numbers as float64.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pt

from ingestion.engine import SQL_TYPES, Engine, data_errors, first_line, quote
from ingestion.pieces import Piece
from ingestion.query_engine import QueryEngine
from ingestion.schema import TABLES, Column, Kind, Table
from ingestion.sources.base import ERROR, FILE, OWN, RAW, ROW, Part, Tables, numbered
from recommender.domain.errors import InputDataError

TYPED = {Kind.TIME: "int64", Kind.NUMBER: "float64", Kind.FLAG: "boolean"}
"""Kinds that text is parsed into, and their type; the others stay strings."""

# The engine rounds nanoseconds to the nearest microsecond; we need the one before.
_FLOOR_NS = "CAST((epoch_ns({0}) - ((epoch_ns({0}) % 1000) + 1000) % 1000) // 1000 AS BIGINT)"
_PARSE = {
    Kind.TIME: "CASE WHEN isfinite(TRY_CAST({0} AS TIMESTAMPTZ)) "
    "THEN epoch_us(TRY_CAST({0} AS TIMESTAMPTZ)) END",
    Kind.NUMBER: "TRY_CAST({0} AS DOUBLE)",
    Kind.FLAG: "CASE WHEN lower(trim({0})) IN ('true', '1', 'yes', 't', 'y') THEN true "
    "WHEN lower(trim({0})) IN ('false', '0', 'no', 'f', 'n') THEN false END",
}


def text_of(name: str) -> str:
    """The column beside a time, number or flag with the text it was read from, or null."""
    return f"{name}__text"


def raw_schema(table: Table) -> dict[str, str]:
    """Columns of `raw_<table>`: where the row stands, why it is unreadable, and its values."""
    schema = {"part": "int32", "row": "int64", "error": "string", "raw": "string"}
    for column in table.columns:
        schema[column.name] = TYPED.get(column.kind, "string")
        if column.kind in TYPED:
            schema[text_of(column.name)] = "string"
    return schema


def open_table(table: Table, parts: Sequence[Part], engine: QueryEngine) -> ir.Table:
    """The rows of all `parts`, typed, not read yet. `part` is the place among their origins.

    Raises InputDataError naming the file that is no Parquet, lacks a required column, or has a
    column of a type that cannot stand for its kind.
    """
    pieces = [_piece(table, number, part) for number, part in numbered(parts)]
    return engine.open(f"raw_{table.name}", raw_schema(table), pieces)


def row_count(parts: Sequence[Part]) -> int:
    """How many rows the parts hold, from their footers."""
    return sum(int(pq.read_metadata(part.path).num_rows) for part in parts)


def unknown_columns(table: Table, parts: Sequence[Part]) -> tuple[str, ...]:
    """Columns that were kept out, sorted."""
    kept = {*table.names, *OWN}
    found = {name for part in parts for name in (*_arrow_schema(part).names, *part.unknown)}
    return tuple(sorted(found - kept))


def require_tables(tables: Tables, where: object) -> None:
    """Raise InputDataError where a required table is missing."""
    for table in TABLES.values():
        if table.required and not tables.get(table.name):
            raise InputDataError(
                f"{where} has no table {table.name!r}; add {table.name}.parquet, .csv or .jsonl "
                f"with columns {', '.join(table.needed)} (it may have no rows)"
            )


def find_broken(table: Table, parts: Sequence[Part], engine: Engine) -> None:
    """Read `parts` one by one and raise InputDataError naming the first that breaks."""
    for number, part in numbered(parts):
        with data_errors(f"{part.origin} is damaged; write it again"):
            rows = _piece(table, number, part).select
            engine.sql(f"SELECT count(COLUMNS(*)) FROM ({rows})")  # noqa: S608 - see _select


def _arrow_schema(part: Part) -> pa.Schema:
    try:
        return pq.read_schema(part.path)
    except (pa.ArrowException, OSError) as error:
        raise InputDataError(
            f"{part.origin} is not a whole Parquet file ({first_line(error)}); write it again"
        ) from None


def _piece(table: Table, number: int, part: Part) -> Piece:
    schema = _arrow_schema(part)
    missing = [name for name in table.needed if name not in schema.names]
    if missing:
        there = [n for n in (*schema.names, *part.unknown) if n not in OWN]
        raise InputDataError(
            f"{part.origin} has no column {missing[0]!r}, which table {table.name} requires; "
            f"it has: {', '.join(there[:20]) or 'none'}"
        )
    return Piece(
        table=table,
        path=part.path,
        schema=schema,
        number=number,
        first_row=part.first_row,
        select=_select(table, number, part, schema),
    )


def _select(table: Table, number: int, part: Part, schema: pa.Schema) -> str:
    file = f'{number} + "{FILE}"' if FILE in schema.names else number
    row = f'"{ROW}"' if ROW in schema.names else f"file_row_number + {part.first_row}"
    error, raw = (f'"{n}"' if n in schema.names else "NULL::VARCHAR" for n in (ERROR, RAW))
    values = [e for column in table.columns for e in _column(column, schema, part.origin)]
    # Names come from `schema.py` and paths are quoted: nothing of the host's is run as SQL.
    return (
        f"SELECT ({file})::INTEGER AS part, ({row})::BIGINT AS row, {error} AS error, "  # noqa: S608
        f"{raw} AS raw, {', '.join(values)} "
        f"FROM read_parquet({quote(str(part.path))}, file_row_number = true, "
        "hive_partitioning = false)"
    )


def _column(column: Column, schema: pa.Schema, origin: str) -> list[str]:
    """The select list for one column: its value, and for typed kinds the text behind it."""
    typed = column.kind in TYPED
    text = "NULL::VARCHAR"
    if column.name not in schema.names:
        value = f"NULL::{SQL_TYPES[TYPED.get(column.kind, 'string')]}"
    else:
        kind = schema.field(column.name).type
        kind = kind.value_type if pt.is_dictionary(kind) else kind
        name = f'"{column.name}"'
        if typed and _is_text(kind):
            value, text = _PARSE[column.kind].format(name), f"nullif({name}, '')"
        else:
            value = _convert(column, kind, name, origin)
    both = [f'{value} AS "{column.name}"']
    return [*both, f'{text} AS "{text_of(column.name)}"'] if typed else both


def _is_text(kind: pa.DataType) -> bool:
    return bool(pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind))


def _convert(column: Column, kind: pa.DataType, name: str, origin: str) -> str:
    """SQL that brings a column of a Parquet file from its own type to ours."""
    listed = pt.is_list(kind) or pt.is_large_list(kind)
    number = pt.is_integer(kind) or pt.is_floating(kind) or pt.is_decimal(kind)
    if pt.is_null(kind):
        return f"NULL::{SQL_TYPES[TYPED.get(column.kind, 'string')]}"
    if column.kind is Kind.TIME and (pt.is_timestamp(kind) or pt.is_date(kind)):
        ns = pt.is_timestamp(kind) and kind.unit == "ns"
        return _FLOOR_NS.format(name) if ns else f"epoch_us({name})"
    if column.kind is Kind.NUMBER and number:
        return f"CAST({name} AS DOUBLE)"
    if column.kind is Kind.FLAG and (pt.is_boolean(kind) or pt.is_integer(kind)):
        return f"CAST({name} AS BOOLEAN)"
    if column.kind is Kind.LIST and listed:
        return f"array_to_string({name}, ',')"
    if column.kind not in TYPED and (_is_text(kind) or pt.is_integer(kind)):
        return f"nullif(CAST({name} AS VARCHAR), '')"
    raise InputDataError(
        f"{origin}: column {column.name!r} is {kind}, which is no {column.kind.value}; "
        "write it as text" + (" or a timestamp" if column.kind is Kind.TIME else "")
    )
