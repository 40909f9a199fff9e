"""What a source makes of a host's data, before anything is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ingestion.engine import Engine
from ingestion.sources import SOURCES, place_of
from tests.ingestion.tables import CONFIG


def native(kind: str, data: Path, work: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each native table, in their order."""
    with Engine(work, CONFIG) as engine:
        tables = SOURCES[kind].tables(place_of(data), engine)
        return {
            name: [row for part in parts for row in pq.read_table(part.path).to_pylist()]
            for name, parts in tables.items()
        }


def table(rows, *names):
    """Some columns of the rows, sorted; those that stand for unreadable records left out."""
    kept = [row for row in rows if row.get("_error") is None]
    return sorted(tuple(row[name] for name in names) for row in kept)
