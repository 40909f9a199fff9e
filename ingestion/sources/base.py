"""What every kind of host data has to offer: the native tables, as Parquet parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingestion.engine import Engine

ROW, ERROR, RAW = "_row", "_error", "_text"
"""Columns a staged part may have beside the table's own: the number of the row at its origin,
why it could not be read (null where it could), and then its raw text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A Parquet file with rows of one native table.

    Columns carry the native names; text that stands for a time, number or flag is read later.
    """

    origin: str
    """What the host calls the file, table or page that the rows come from."""
    path: Path
    first_row: int = 1
    """Number of the first row at its origin (a line for text); unused where `_row` is there."""
    unknown: tuple[str, ...] = ()
    """Columns at the origin that no native table has, and that were left there."""


Tables = Mapping[str, Sequence[Part]]
"""Native table name to its parts, in the order in which rows count as first."""


class Source(Protocol):
    """One kind of host data. Sources hold no state and never change what they read."""

    name: str
    """What `--from` calls it."""
    summary: str
    """One line for people who look for their kind of data."""

    def recognises(self, path: Path) -> bool:
        """Whether what is at `path` looks like this kind, told without reading it through."""

    def tables(self, path: Path, engine: Engine) -> Tables:
        """The native tables at `path`. New files go to `engine.new_file`, nowhere else.

        Raises InputDataError, one line, for what cannot be read at all; a single bad row is a
        row with an error instead.
        """
