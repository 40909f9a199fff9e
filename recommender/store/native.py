"""Native tables as Parquet files, written row by row in little memory."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from recommender.domain.tables import TIME

Row = dict[str, Any]
"""Values by column; what is missing is null."""

_TEXT, _NUMBER = pa.string(), pa.float64()
_EVENT = {"occurred_at": TIME, "verb": _TEXT}

NATIVE: dict[str, pa.Schema] = {
    "people": pa.schema(
        {
            "person_id": _TEXT,
            **dict.fromkeys(("display_name", "organisation", "role", "sector"), _TEXT),
            "level": _NUMBER,
            "languages": pa.list_(_TEXT),
            "timezone": _TEXT,
            "discoverable": pa.bool_(),
        }
    ),
    "goals": pa.schema(
        {
            "person_id": _TEXT,
            "topic_id": _TEXT,
            "direction": _TEXT,
            "level": _NUMBER,
            "set_at": TIME,
        }
    ),
    "skills": pa.schema({"person_id": _TEXT, "topic_id": _TEXT, "level": _NUMBER}),
    "blocks": pa.schema(
        {"person_id": _TEXT, "contact_id": _TEXT, "kind": _TEXT, "created_at": TIME}
    ),
    "activities": pa.schema(
        {
            "person_id": _TEXT,
            "topic_id": _TEXT,
            **_EVENT,
            "object_id": _TEXT,
            "weight": _NUMBER,
        }
    ),
    "interactions": pa.schema(
        {
            "person_id": _TEXT,
            "contact_id": _TEXT,
            **_EVENT,
            "topic_id": _TEXT,
            "object_id": _TEXT,
            "weight": _NUMBER,
        }
    ),
    "connections": pa.schema(
        {"person_id": _TEXT, "contact_id": _TEXT, "connected_at": TIME, "ended_at": TIME}
    ),
}
"""The tables that a store has something for, with those of their columns that it can fill."""

_AT_ONCE = 20_000


class Writer:
    """One Parquet file of `schema`; a context manager. rows: how many it has."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._schema = schema
        self._waiting: list[Row] = []
        self._file = pq.ParquetWriter(path, schema, compression="zstd")

    def add(self, row: Row) -> None:
        """Write one row, sooner or later."""
        self._waiting.append(row)
        self.rows += 1
        if len(self._waiting) == _AT_ONCE:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        self._file.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
        self._waiting = []
