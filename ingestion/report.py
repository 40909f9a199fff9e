"""What a run says about itself beside the snapshot: rows in, kept, left out, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """What became of the rows of one native table."""

    read: int
    """Rows at the source, unreadable ones included."""
    kept: int
    """Rows in the snapshot's sums and facts."""
    ignored: int
    """Rows at or after the as-of time, or that gave way to what learners said."""
    quarantined: Mapping[str, int]
    """Bad rows by reason."""
    forgiven: Mapping[str, int]
    """Kept rows with a value that could not be read, by reason."""
    unknown_columns: tuple[str, ...]
    """Columns that were kept out, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row that was set aside: where it stood, and what it said."""

    file: str
    row: int
    column: str | None
    value: str | None

    def __str__(self) -> str:
        """On one line."""
        said = "" if self.value is None else f": {' '.join(self.value.split())[:60]!r}"
        return f"{self.file} row {self.row}{said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All rows of one table that have the same code."""

    table: str
    code: str
    rows: int
    kept: bool
    """Whether the rows count all the same."""
    about: str
    remedy: str
    examples: Sequence[Example]
    """The first rows, at most three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """One suspected account."""

    person_id: str
    reason: str
    """What no human does, as a sentence."""
    events: int
    busiest_hour: int
    """Events in the hour with the most."""
    busiest_day: int
    sleepless_days: int
    """Days with something in at least 20 hours."""
    replies: int
    """How often others addressed the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a host's data came to."""

    as_of: datetime
    """A snapshot of it holds what happened before this time (UTC)."""
    tables: Mapping[str, TableReport]
    """By native table, those that the source has."""
    people: int
    topics: int
    objects: int
    problems: tuple[Problem, ...]
    """What was set aside, by table and code."""
    bots: tuple[Bot, ...]
    """Who is suspected to be a bot, where that was looked for."""

    def kept(self, table: str) -> int:
        """Rows kept of a native table; 0 where the source has no such table."""
        return self.tables[table].kept if table in self.tables else 0

    def published(self, snapshot: Path, report: Path | None) -> IngestReport:
        """The same, with where it went."""
        same = {field.name: getattr(self, field.name) for field in fields(Found)}
        return IngestReport(**same, snapshot=snapshot, report=report)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport(Found):
    """What `ingest` did."""

    snapshot: Path
    """The folder of the published version."""
    report: Path | None
    """The page about it; None where none was asked for."""
