"""From a source's parts to checked tables: what is kept, what is ignored, what is bad."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

import ibis
import ibis.expr.types as ir

from ingestion import checks, reader, transform
from ingestion.engine import QueryError
from ingestion.learners import Learners
from ingestion.limits import check_size
from ingestion.query_engine import QueryEngine
from ingestion.report import TableReport
from ingestion.schema import TABLES, Table
from ingestion.sources.base import Part, Tables
from recommender.domain.errors import InputDataError
from recommender.domain.times import microseconds

UNDATED = ("blocks",)
"""Tables whose times may lie in the future, and so never set the as-of time."""


@dataclass(slots=True)
class Stage:
    """The checked rows of every native table, held by the engine as `kept_<table>`."""

    engine: QueryEngine
    parts: Tables
    as_of_us: int | None
    now_us: int | None
    learners: Learners | None = None
    """What is laid over the host's tables, whose parts `parts` then has too."""
    kept: dict[str, ir.Table] = field(default_factory=dict)
    bad: list[ir.Table] = field(default_factory=list)
    """Quarantined and forgiven rows, in the shape of `checks.quarantined`."""
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Rows read and rows ignored, by table."""

    def read(self, table: Table) -> None:
        """Read and check one table, once; its bad rows are read a second time, if there are any.

        Raises InputDataError naming a file that cannot be read.
        """
        parts = self.parts.get(table.name, ())
        total = reader.row_count(parts)
        try:
            source = reader.open_table(table, parts, self.engine)
            raw = self._counted(table, source)
            found = checks.checks(table, raw, self.now_us)
            good = checks.kept(table, raw, self.now_us).select("part", "row", *table.names)
            kept = self.engine.create(f"kept_{table.name}", good) if parts else good
            present = total if raw is source or not total else self._count(raw)
        except QueryError:
            reader.find_broken(table, parts, self.engine.reading)
            raise
        self.kept[table.name] = kept
        self.counts[table.name] = total, total - present
        if present and (any(c.forgiven for c in found) or self._count(kept) < present):
            self.reject(table.name, checks.quarantined(table, raw, self.now_us))

    def as_read(self, table: Table) -> ir.Table:
        """The rows of a table that was read, bad ones too, in the shape of `raw_schema`."""
        raw = ibis.table(reader.raw_schema(table), name=f"raw_{table.name}")
        return self._counted(table, raw)

    def reject(self, table: str, rows: ir.Table) -> int:
        """Put `rows`, in the shape of `checks.quarantined`, aside; returns how many there are."""
        if not self.parts.get(table):
            return 0
        bad = self.engine.create(f"bad_{table}_{len(self.bad)}", rows)
        count = self._count(bad)
        if count:
            self.bad.append(bad)
        return count

    def drop_duplicates(self, table: Table) -> None:
        """Keep the first of the rows of a small table that say the same."""
        if not self.parts.get(table.name):
            return
        rows = self.kept[table.name]
        again = transform.duplicates(rows, table.key or table.names)
        column = table.key[0] if table.key else None
        if self.reject(table.name, checks.rejected(table, again, "duplicate", column)):
            self.kept[table.name] = self.engine.create(
                f"unique_{table.name}", transform.without(rows, self.bad[-1])
            )

    def hidden(self) -> ir.Table:
        """Ids of the people who are not to be shown."""
        return self.engine.create("hidden", transform.hidden(self.as_read(TABLES["people"])))

    def latest_us(self) -> int | None:
        """The latest time in any kept row, in microseconds; None where no row has one.

        A connection's end counts too, unless it is still to come.
        """
        times = [
            self.kept[table.name].select(at=table.cut)
            for table in TABLES.values()
            if table.cut and table.name not in UNDATED
        ]
        ends = self.kept["connections"].select(at="ended_at")
        if self.now_us is not None:
            ends = ends.filter(ends.at <= ibis.literal(self.now_us, "int64"))
        return self.engine.number(_together([*times, ends]).at.max())

    def set_aside(self) -> ir.Table:
        """The rows of all of `bad`, of which there must be some."""
        return _together(self.bad)

    def report(self) -> dict[str, TableReport]:
        """What became of the rows of each table that the source has."""
        reasons: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
        if self.bad:
            groups = self.set_aside().group_by(["table", "forgiven", "reason"])
            for table, forgiven, reason, count in self.engine.rows(groups.agg(n=ibis._.count())):
                reasons[table, forgiven][reason] = count
        return {
            name: self._table_report(name, parts, reasons[name, False], reasons[name, True])
            for name, parts in self.parts.items()
        }

    def _table_report(
        self, name: str, parts: Sequence[Part], bad: Counter[str], forgiven: Counter[str]
    ) -> TableReport:
        read, ignored = self.counts[name]
        return TableReport(
            read=read,
            kept=read - ignored - bad.total(),
            ignored=ignored,
            quarantined=dict(sorted(bad.items())),
            forgiven=dict(sorted(forgiven.items())),
            unknown_columns=reader.unknown_columns(TABLES[name], parts),
        )

    def _counted(self, table: Table, raw: ir.Table) -> ir.Table:
        """The rows of before the as-of time, with what learners said laid over them."""
        rows = transform.before(raw, table.cut, self.as_of_us)
        return rows if self.learners is None else self.learners.over(table, rows)

    def _count(self, rows: ir.Table) -> int:
        return self.engine.number(rows.count()) or 0


def _together(tables: Sequence[ir.Table]) -> ir.Table:
    """All rows, in one query: each has its price where many machines answer it."""
    return reduce(lambda left, right: left.union(right), tables)


def open_stage(
    parts: Tables, where: object, engine: QueryEngine, as_of: datetime | None, learners: Path | None
) -> Stage:
    """Where a source's parts are checked, with what learners said laid over them.

    Raises InputDataError where a required table is missing, a file is out of all bounds, or
    `learners` is no whole export.
    """
    reader.require_tables(parts, where)
    check_size(parts)
    now_us = microseconds(datetime.now(UTC)) if as_of is None else None
    over = None if learners is None else Learners(learners, parts, engine)
    tables = parts if over is None else over.tables
    return Stage(engine, tables, None if as_of is None else microseconds(as_of), now_us, over)


def require_people(people: ir.Table, engine: QueryEngine, where: object) -> None:
    """Raise InputDataError where there is nobody to recommend anything to."""
    if not engine.number(people.count()):
        raise InputDataError(
            f"{where} has no person left after checks; it needs at least one row in people or "
            "activities"
        )
