"""JSON Lines: one JSON object per line, UTF-8, optionally gzipped.

As with CSV, the engine's fast reader is believed only where every line became one object; any
other file is read by hand, where a broken line costs that line alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import duckdb

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


def stage_json_lines(path: Path, origin: str, table: Table, engine: Engine) -> Part:
    """Stage a JSON Lines file; keys that only some rows have are null in the others."""
    text = plain_text(path, origin, engine)
    target = engine.new_file(".parquet")
    keys = _stage_fast(text, table, target, engine)
    if keys is None:
        keys = set()
        found = {key for row in _rows(text.path, keys) for key in row.values}
        write_rows(_rows(text.path, keys), _known(found, table), target)
    return Part(origins=(origin,), path=target, unknown=tuple(sorted(keys - set(table.names))))


def _known(keys: set[str], table: Table) -> list[str]:
    """The table's columns that some row has; all of them for a file without a row."""
    return [name for name in table.names if name in keys or not keys]


def _stage_fast(text: PlainText, table: Table, target: Path, engine: Engine) -> set[str] | None:
    """Stage with the engine's reader and return the keys seen; None where a line is no object."""
    if not text.lines:
        write_rows((), table.names, target)
        return set()
    objects = (
        f"read_json_objects({quote(str(text.path))}, format = 'newline_delimited', "
        f"maximum_object_size = {MAX_LINE})"
    )
    try:
        shapes = engine.sql(
            f"SELECT json_type(json), json_keys(json), count(*) FROM {objects} GROUP BY ALL"  # noqa: S608 - quoted
        )
        if {kind for kind, _, _ in shapes} != {"OBJECT"}:
            return None
        if sum(count for _, _, count in shapes) != text.lines:
            return None
        keys = {key for _, names, _ in shapes for key in names}
        chosen = ", ".join(f"json ->> '$.{name}' AS \"{name}\"" for name in _known(keys, table))
        engine.sql(
            f"COPY (SELECT {chosen or 'NULL AS nothing'} FROM {objects}) "  # noqa: S608 - quoted
            f"TO {quote(str(target))} (FORMAT parquet, COMPRESSION snappy)"
        )
    except duckdb.Error:
        return None
    return keys


def _rows(path: Path, keys: set[str]) -> Iterator[Row]:
    """Every line as a row, blank ones left out; `keys` gathers all keys on the way."""
    for number, line in lines(path):
        if not line.strip():
            continue
        try:
            values = _object(decode(line))
        except (ValueError, RecursionError) as error:
            yield unreadable(number, line, error)
            continue
        keys.update(values)
        yield Row(number, values)


def _object(text: str) -> dict[str, str | None]:
    """One line's values as text. Raises ValueError where the line is no JSON object."""
    value = json.loads(text, parse_constant=_refuse)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    values = {key: _text(item) for key, item in value.items()}
    "".join(item for item in values.values() if item).encode()  # half a surrogate pair is no text
    return values


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
