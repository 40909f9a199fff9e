"""Databases with native tables: of these names, or as queries in the settings give them."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.schema import TABLES, Kind, Table
from ingestion.sources.base import Part, Tables
from ingestion.sources.sql.database import Database, Laid, Rows, select
from ingestion.sources.sql.opening import is_database, opened
from ingestion.sources.sql.urls import SCHEMES
from recommender.domain.errors import InputDataError


class SqlDatabase:
    """A database whose tables or views have native names, or queries under `[source.sql]`."""

    name = "sql"
    summary = (
        "a database (PostgreSQL, MySQL, MariaDB, SQLite, DuckDB) with native tables, or queries "
        "for them"
    )
    schemes = SCHEMES

    def recognises(self, place: Place) -> bool:
        """Whether it is a database by its URL, or a file that begins like one."""
        return is_database(place)

    def tables(self, place: Place, engine: Engine) -> Tables:
        """The native tables, each as one part, all of one moment."""
        queries = {name: query.strip().rstrip(";") for name, query in engine.sources.sql.items()}
        with opened(place) as database:
            wanted = _asked(queries) if queries else _there(database)
            found: dict[str, list[Part]] = {}
            for rows, unknown in wanted:
                found[rows.name] = [_part(rows, database.lay(rows, engine), unknown)]
        _require(found, place)
        return {name: found[name] for name in TABLES if name in found}


def _asked(queries: dict[str, str]) -> Iterator[tuple[Rows, list[str]]]:
    """What the settings ask for.

    A query is put where only a query can stand: MariaDB makes and drops tables in a transaction
    that is for reading, and DuckDB copies into files.
    """
    for name, query in queries.items():
        statement = f"SELECT * FROM (\n{query}\n) AS asked"  # noqa: S608 - the user's own
        origin = f"source.sql.{name}"
        yield Rows(name=name, origin=origin, statement=statement, kinds=_kinds(TABLES[name])), []


def _there(database: Database) -> Iterator[tuple[Rows, list[str]]]:
    """What tables and views there are with native names, and their columns that are not native."""
    tables = set(database.tables())
    for name, table in TABLES.items():
        if name not in tables:
            continue
        columns = database.columns(name)
        kept = [column for column in columns if column in table.names]
        for column in table.needed:
            if column not in kept:
                raise InputDataError(
                    f"table {name} has no column {column!r}, which it requires; it has: "
                    f"{', '.join(columns[:20])}"
                )
        statement = select(database, name, kept)
        rows = Rows(name=name, origin=name, statement=statement, kinds=_kinds(table))
        yield rows, [column for column in columns if column not in kept]


def _kinds(table: Table) -> dict[str, Kind]:
    return {column.name: column.kind for column in table.columns}


def _part(rows: Rows, laid: Laid, unknown: list[str]) -> Part:
    return Part(origins=(rows.origin,), path=laid.path, unknown=(*laid.unknown, *unknown))


def _require(found: dict[str, list[Part]], place: Place) -> None:
    """Raise InputDataError where a required table is missing."""
    for table in TABLES.values():
        if table.required and table.name not in found:
            raise InputDataError(
                f"{place} has no table {table.name!r}; make a view of that name with columns "
                f"{', '.join(table.needed)}, or write a query for it, {table.name} under "
                "[source.sql] in the settings file"
            )
