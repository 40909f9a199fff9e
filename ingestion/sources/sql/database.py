"""What every database offers to those who read it, whatever it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingestion.engine import Engine
from ingestion.schema import Kind
from recommender.domain.errors import shorten

BATCH_ROWS = 1000
"""Rows that a server sends at a time."""
LONGEST = 300
"""Characters of what a database says that are told on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows to read. name: what to call them in the engine. origin: what to call them to people.

    statement: SQL of the database's own. kinds: of the columns to keep, by name, which are held to
    them; None keeps all, as text.
    """

    name: str
    origin: str
    statement: str
    kinds: Mapping[str, Kind] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Rows, laid down as a Parquet file. unknown: columns that were not kept."""

    name: str
    path: Path
    unknown: tuple[str, ...] = ()


class Database(Protocol):
    """A database at one moment: all that is read of it is as it was when it was opened.

    Every method raises InputDataError, one line, for what the database refuses.
    """

    def tables(self) -> list[str]:
        """Names of its tables and views, sorted."""

    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table that is there."""

    def name(self, identifier: str) -> str:
        """An identifier as the database's SQL writes it."""

    def lay(self, rows: Rows, engine: Engine) -> Laid:
        """Read `rows` and lay them down among the engine's files as they come."""


def select(
    database: Database,
    table: str,
    columns: Sequence[str],
    *,
    only: str = "",
    there: Collection[str] | None = None,
) -> str:
    """SQL for some columns of a table, null where they are not `there`.

    only: which rows, as a condition that is trusted.
    """
    chosen = ", ".join(
        database.name(column)
        if there is None or column in there
        else f"NULL AS {database.name(column)}"
        for column in columns
    )
    where = f" WHERE {only}" if only else ""
    return f"SELECT {chosen} FROM {database.name(table)}{where}"  # noqa: S608 - quoted


def said(text: str, password: str | None = None) -> str:
    """What a database says, on one line, without the password."""
    line = " ".join(text.split())
    return shorten(line.replace(password, "***") if password else line, LONGEST)
