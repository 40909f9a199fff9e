"""What would come of a host's data, with nothing published: for whoever sets up an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir

from ingestion.engine import job_errors
from ingestion.engines import open_engine
from ingestion.limits import time_limit
from ingestion.reader import text_of
from ingestion.report import Found
from ingestion.schema import TABLES, Column, Kind, Table
from ingestion.snapshot import Build
from ingestion.sources import place_of
from ingestion.stage import Stage, open_stage
from ingestion.stores import read_tables
from ingestion.transform import lower
from ingestion.trust import STRICT, Terms, earlier, objection
from ingestion.verbs import weights
from recommender.domain.config import IngestConfig, SourceConfig, SparkConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.temporary import temporary
from recommender.domain.times import from_microseconds
from recommender.domain.writing import write_aside

MOST_ROWS = 10
"""Rows shown of each table."""
MOST_VERBS = 50
MOST_CHARACTERS = 200
"""How much is shown of a value."""

Value = str | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview(Found):
    """What would come out."""

    objection: str | None
    """Why it would not be published; None where it would."""
    examples: Mapping[str, Sequence[Mapping[str, Value]]]
    """By native table, its first rows that count."""
    verbs: Mapping[str, Mapping[str, int]]
    """By table of events, verbs without a weight of their own in rows that bring none, and how
    many rows they have; the most frequent."""
    other_verb: float
    """What such rows weigh."""


def preview(
    source: str | Path,
    config: IngestConfig,
    as_of: datetime | None = None,
    kind: str | None = None,
    learners: Path | None = None,
    root: Path | None = None,
    progress: Progress = silent,
    terms: Terms = STRICT,
    sources: SourceConfig | None = None,
    spark: SparkConfig | None = None,
) -> Preview:
    """Read and check the host data at `source` as `ingest` does, and write nothing that stays.

    root: the folder of snapshots that it would be published in, which is worked in as well, since
    executors of Spark see it; None for none yet: then it is worked in this machine's own.

    Raises InputDataError, one line, where the data cannot be used.
    """
    place = place_of(source)
    with (
        _work(root) as work,
        open_engine(work, config, sources, spark) as engine,
        time_limit(config.time_limit_minutes, engine),
    ):
        progress("reading files", 0.0)
        kind, parts = read_tables(place, kind, engine.reading)
        stage = open_stage(parts, place, engine, as_of, learners)
        build = Build(stage, place, kind, config, terms, progress)
        found = build.told(build.check())
        before = None if root is None else earlier(root, as_of and found.as_of)
        why = objection(found.tables, found.problems, before, config, terms)
        return _preview(stage, found, why, config)


@contextmanager
def _work(root: Path | None) -> Iterator[Path]:
    """A folder to work in, of which nothing stays."""
    if root is None:
        with temporary() as work, job_errors(work):
            yield work
    else:
        with job_errors(root), write_aside(root) as work:
            yield work


def _preview(stage: Stage, found: Found, why: str | None, config: IngestConfig) -> Preview:
    same = {field.name: getattr(found, field.name) for field in fields(Found)}
    kept = {name: _kept(stage, TABLES[name]) for name in found.tables}
    return Preview(
        **same,
        objection=why,
        examples={name: _examples(stage, TABLES[name], rows) for name, rows in kept.items()},
        verbs={
            name: _verbs(stage, rows, weights(config))
            for name, rows in kept.items()
            if "verb" in rows.columns
        },
        other_verb=config.other_verb,
    )


def _kept(stage: Stage, table: Table) -> ir.Table:
    """The rows of a table that count, as they were read."""
    rows = stage.as_read(table)
    if not stage.bad:
        return rows
    bad = stage.set_aside()
    return rows.anti_join(bad.filter((bad.table == table.name) & ~bad.forgiven), ["part", "row"])


def _examples(stage: Stage, table: Table, rows: ir.Table) -> list[dict[str, Value]]:
    first = rows.order_by(["part", "row"]).limit(MOST_ROWS).select(*table.names)
    return [
        {c.name: _shown(c, value) for c, value in zip(table.columns, row, strict=True)}
        for row in stage.engine.rows(first)
    ]


def _shown(column: Column, value: Value) -> Value:
    if column.kind is Kind.TIME and value is not None:
        return from_microseconds(int(value)).isoformat().replace("+00:00", "Z")
    return value[:MOST_CHARACTERS] if isinstance(value, str) else value


def _verbs(stage: Stage, rows: ir.Table, weighty: Mapping[str, float]) -> dict[str, int]:
    plain = rows.filter(rows.weight.isnull() & rows[text_of("weight")].isnull())
    verbs = plain.select(verb=lower(plain.verb))
    own = verbs.filter(~verbs.verb.isin(list(weighty)))
    counts = own.group_by("verb").agg(n=ibis._.count())
    top = counts.order_by([ibis.desc("n"), "verb"]).limit(MOST_VERBS)
    return {verb[:MOST_CHARACTERS]: count for verb, count in stage.engine.rows(top)}
