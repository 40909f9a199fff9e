"""The bare DuckDB jobs that ingestion is held against: one GROUP BY a matrix, and nothing else.

A text file is read once, into a table of the engine's own, since reading is most of the work.
They trust every row: no checks, no repeats found, no quarantine, no numbering, no order, no
checksums. Their results stay in the engine's memory, where ours are written and flushed to disk.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.engine import quote
from recommender.domain.config import IngestConfig
from recommender.domain.tables import HALF_LIVES

MATRICES = {
    "activities": ("person_id, topic_id", "person_id, object_id"),
    "interactions": ("person_id, contact_id", "person_id, contact_id, topic_id"),
}
"""Our four matrices by the file that they come from, with the host's ids for keys."""

_DECAYS = ", ".join(
    f"sum(weight * exp(-age * {0.6931471805599453 / days})) AS decay_{days}" for days in HALF_LIVES
)
_MEASURES = (
    "count(*), count(DISTINCT occurred_at::DATE), min(occurred_at), max(occurred_at), "
    f"sum(weight), {_DECAYS}"
)


def same_measures(tables: Path, work: Path) -> None:
    """All that our matrices measure."""
    with _connected(work) as engine:
        for name, matrices in MATRICES.items():
            file = _rows(engine, tables, name)
            (latest,) = engine.execute(f"SELECT max(occurred_at) FROM {file}").fetchall()[0]
            aged = f"epoch_us(TIMESTAMP '{latest}' - occurred_at) / 86400000000.0 AS age"
            rows = f"(SELECT *, {aged} FROM {file})"
            for number, keys in enumerate(matrices):
                _keep(engine, f"{name}_{number}", keys, _MEASURES, rows)


def counts(tables: Path, work: Path) -> None:
    """Nothing but how many rows each pair has."""
    with _connected(work) as engine:
        for name, matrices in MATRICES.items():
            file = _rows(engine, tables, name)
            for number, keys in enumerate(matrices):
                _keep(engine, f"{name}_{number}", keys, "count(*)", file)


def _rows(engine: duckdb.DuckDBPyConnection, tables: Path, name: str) -> str:
    """What to select the rows of a table from."""
    file = tables / f"{name}.parquet"
    if file.exists():
        return quote(str(file))
    text = quote(str(file.with_suffix(".csv")))
    engine.execute(f"CREATE TABLE {name} AS SELECT * FROM {text}")
    return name


def _keep(
    engine: duckdb.DuckDBPyConnection, name: str, keys: str, measures: str, rows: str
) -> None:
    present = " AND ".join(f"{key} IS NOT NULL" for key in keys.split(", "))
    engine.execute(
        f"CREATE TABLE {name} AS "
        f"SELECT {keys}, {measures} FROM {rows} WHERE {present} GROUP BY {keys}"
    )


def _connected(work: Path) -> duckdb.DuckDBPyConnection:
    """The engine as ours is set, spilling into `work`."""
    limit = IngestConfig().memory_limit_mb
    return duckdb.connect(
        config={"memory_limit": f"{limit}MiB", "temp_directory": str(work / "spill")}
    )
