"""What an engine is asked to read: the rows of one native table that stand in one Parquet file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ingestion.schema import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Rows of one native table in one Parquet file, and how they become those of `raw_schema`."""

    table: Table
    path: Path
    schema: pa.Schema
    """Of the file."""
    number: int
    """Of the part, among the origins of its table."""
    first_row: int
    """Number of the first row at its origin."""
    select: str
    """The rows in the shape of `raw_schema`, in DuckDB's SQL."""
