"""What a run says about itself beside the snapshot: rows in, kept, left out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
class IngestReport:
    """What `ingest` did."""

    snapshot: Path
    """The folder of the published version."""
    as_of: datetime
    """The snapshot holds what happened before this time (UTC)."""
    tables: Mapping[str, TableReport]
    """By native table, those that the source has."""
    people: int
    topics: int
    objects: int
