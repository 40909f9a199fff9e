"""Databases of a kind of host whose schema is known: some of its tables, laid down and mapped.

The database is asked for single columns of single tables, never for joins: that costs it little, is
the same SQL everywhere, and leaves the mapping to the engine. Conditions that can be told from one
row are left to the database, so that what is private or deleted does not leave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.base import Tables
from ingestion.sources.sheets import Laid, Mapped, Sheet, mapped
from ingestion.sources.sql.database import Database, Rows, select
from ingestion.sources.sql.opening import is_database, opened
from recommender.domain.errors import InputDataError


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTable:
    """One of a host's tables.

    columns: to be read. newer: of these, the ones that some versions of the host lack; null there.
    optional: whether the table itself may be missing; it then has no rows. only: which rows to
    read, as a condition in SQL that every database understands.
    """

    name: str
    columns: tuple[str, ...]
    newer: tuple[str, ...] = ()
    optional: bool = False
    only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPart:
    """Part of the native table `table`: a query over the host's tables, as in `sheets.Mapped`.

    origin: the host's table that its rows come from; their `_row` is the id there.
    """

    table: str
    origin: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A host's schema. called: what its owners call it. mark: the table to find its prefix by."""

    called: str
    mark: str
    tables: tuple[HostTable, ...]

    def recognises(self, place: Place) -> bool:
        """Whether the database at `place` has these tables.

        Raises InputDataError where there is a database that cannot be read.
        """
        if not is_database(place):
            return False
        with opened(place) as database:
            return bool(self._prefixes(database.tables()))

    def read(self, place: Place, engine: Engine, parts: Sequence[HostPart]) -> Tables:
        """The native tables that `parts` make of the host's tables, all of one moment.

        Raises InputDataError where the database is none of this kind, or holds several.
        """
        with opened(place) as database:
            prefix = self._prefix(database.tables(), place)
            laid = [self._lay(database, table, prefix, engine) for table in self.tables]
        return mapped(
            engine,
            laid,
            [Mapped(table=p.table, origins=(prefix + p.origin,), query=p.query) for p in parts],
        )

    def _prefix(self, tables: Sequence[str], place: Place) -> str:
        found = self._prefixes(tables)
        if len(found) == 1:
            return found[0]
        if not found:
            needed = ", ".join(table.name for table in self.tables if not table.optional)
            raise InputDataError(f"{place} is no database of {self.called}; it needs {needed}")
        raise InputDataError(
            f"{place} holds {self.called} {len(found)} times, with prefixes {', '.join(found)}; "
            "give a user who may see only one of them"
        )

    def _prefixes(self, tables: Sequence[str]) -> list[str]:
        """What the names of the tables begin with, where all that are needed are there."""
        found = (n.removesuffix(self.mark) for n in tables if n.endswith(self.mark))
        needed = [table.name for table in self.tables if not table.optional]
        return [prefix for prefix in found if {prefix + n for n in needed} <= set(tables)]

    def _lay(self, database: Database, table: HostTable, prefix: str, engine: Engine) -> Laid:
        """One table, with nulls for columns and no rows where a version lacks them."""
        origin = prefix + table.name
        if table.optional and origin not in database.tables():
            with Sheet(engine, table.name, table.columns) as nothing:
                return nothing
        there = set(database.columns(origin))
        for column in table.columns:
            if column not in there and column not in table.newer:
                raise InputDataError(f"table {origin} of {self.called} has no column {column!r}")
        statement = select(database, origin, table.columns, only=table.only, there=there)
        return database.lay(Rows(name=table.name, origin=origin, statement=statement), engine)
