"""Native tables as a source yields them, and the making of hosts' files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq

from ingestion.engine import Engine
from ingestion.sources import SOURCES, place_of
from tests.ingestion.tables import CONFIG

HERE = Path(__file__).parent


def copied(kind, folder):
    """The made-up host data of a kind, copied to a folder that is not there yet."""
    return Path(shutil.copytree(HERE / kind, folder))


def native(kind, path, work):
    """Every table's rows, without what is null; `_at` is the file and the row."""
    work.mkdir()
    with Engine(work, CONFIG) as engine:
        tables = SOURCES[kind].tables(place_of(path), engine)
        return {
            name: [row for part in parts for row in _rows(part)] for name, parts in tables.items()
        }


def _rows(part):
    for row in pq.read_table(part.path).to_pylist():
        place = part.origins[row.pop("_file")], row.pop("_row")
        yield {"_at": place, **{name: value for name, value in row.items() if value is not None}}


def values(rows, *names):
    """The rows as tuples of what stands in some columns; None where nothing does."""
    return [tuple(row.get(name) for name in names) for row in rows]
