"""Host data → all that people ever said to one another, in order of time, as one file.

A snapshot is what was known at its time; this is what came after any such time, for judging.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from ingestion import reader, transform
from ingestion.engine import Engine, job_errors
from ingestion.limits import check_size
from ingestion.schema import TABLES
from ingestion.sources import place_of
from ingestion.stage import Stage
from ingestion.stores import read_tables
from ingestion.verbs import weights
from ingestion.writer import write
from recommender.domain.config import IngestConfig, SourceConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.tables import TIME
from recommender.domain.times import microseconds
from recommender.domain.writing import fsync, write_aside

SCHEMA = pa.schema({"person_id": pa.string(), "contact_id": pa.string(), "occurred_at": TIME})
"""Columns of the file: who addressed whom, and when."""


def write_history(
    source: str | Path,
    path: Path,
    config: IngestConfig,
    kind: str | None = None,
    progress: Progress = silent,
    sources: SourceConfig | None = None,
) -> int:
    """Write the interactions of the host data at `source` to the Parquet file `path`, durably.

    Returns how many rows it has. They are the ones that `ingest` would keep, nothing later than
    now among them, sorted by time, then by both ids: a function of those rows alone.
    kind: the source's name in `SOURCES`; None lets the first that recognises the data read it.
    sources: what the settings say to the source.

    Raises InputDataError, one line, where the data cannot be used; `path` is then as before.
    """
    place, folder = place_of(source), path.parent
    with (
        job_errors(folder),
        write_aside(folder) as aside,
        Engine(aside, config, sources) as engine,
    ):
        progress("reading files", 0.0)
        _, parts = read_tables(place, kind, engine)
        reader.require_tables(parts, place)
        check_size(parts)
        stage = Stage(engine, parts, as_of_us=None, now_us=microseconds(datetime.now(UTC)))
        progress("checking interactions", 0.3)
        stage.read(TABLES["interactions"])
        progress("sorting interactions", 0.6)
        new = aside / "history"
        rows = write(new, SCHEMA, engine.batches(_told(stage.kept["interactions"], config)))
        fsync(new)
        new.replace(path)
        fsync(folder)
    progress("sorting interactions", 1.0)
    return rows


def _told(interactions: ir.Table, config: IngestConfig) -> ir.Table:
    """Every interaction once, in order; ingestion, too, takes equal weights for the same."""
    weighed = transform.weighed(interactions, weights(config), config.other_verb)
    once = weighed.drop("part", "row").distinct()
    return once.select(SCHEMA.names).order_by(["occurred_at", "person_id", "contact_id"])
