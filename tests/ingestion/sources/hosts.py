"""Databases of a host to ingest from: SQLite and DuckDB files, and the servers of this machine."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pymysql
import pytest

from ingestion.sources.base import Tables
from tests.databases import SERVER, server

KINDS = ("sqlite", "duckdb", "postgresql", "mariadb")
MARIADB = "mariadb://root@127.0.0.1:3306"


@dataclass(frozen=True)
class HostDatabase:
    """A database of a host's. url: of it. run: runs SQL statements in it, and commits."""

    url: str
    run: Callable[[str], None]


@contextmanager
def host_database(kind: str, folder: Path) -> Iterator[HostDatabase]:
    """An empty database of this kind, which nobody else uses; gone afterwards."""
    with {
        "sqlite": _sqlite,
        "duckdb": _duckdb,
        "postgresql": _postgres,
        "mariadb": _mariadb,
    }[kind](folder) as made:
        yield made


@contextmanager
def mysql(**options: object) -> Iterator[pymysql.Connection]:
    """A connection to MariaDB; skips the test where there is none, unless it must be there."""
    try:
        connection = pymysql.connect(
            host="127.0.0.1", user="root", autocommit=True, connect_timeout=2, **options
        )
    except pymysql.OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no MariaDB on this machine: {error}")
    with closing(connection):
        yield connection


def statements(text: str) -> list[str]:
    """The statements of a script, each of which ends with its line."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [one for one in "\n".join(lines).split(";\n") if one.strip()]


def native_rows(tables: Tables) -> dict[str, list[dict[str, object]]]:
    """Rows by native table, without their file and without nulls; times as text."""
    found: dict[str, list[dict[str, object]]] = {}
    for name, parts in tables.items():
        for part in parts:
            table = pq.read_table(part.path)
            for place, field in enumerate(table.schema):
                if pa.types.is_timestamp(field.type):
                    table = table.set_column(place, field.name, table[place].cast(pa.int64()))
            for row in table.to_pylist():
                values = {key: _shown(key, value) for key, value in row.items() if key != "_file"}
                shown = {key: value for key, value in values.items() if value is not None}
                found.setdefault(name, []).append(shown)
    return found


def _shown(name: str, value: object) -> object:
    if not name.endswith("_at") or not isinstance(value, int):
        return value
    seconds = value // 1_000_000
    return "beyond" if seconds > 1 << 33 else datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


@contextmanager
def _sqlite(folder: Path) -> Iterator[HostDatabase]:
    path = folder / "host.db"

    def run(text: str) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(text)

    run("")
    yield HostDatabase(f"sqlite:///{path}", run)


@contextmanager
def _duckdb(folder: Path) -> Iterator[HostDatabase]:
    path = folder / "host.duckdb"

    def run(text: str) -> None:
        with duckdb.connect(path) as connection:
            connection.execute(text)

    yield HostDatabase(f"duckdb:///{path}", run)


@contextmanager
def _postgres(_folder: Path) -> Iterator[HostDatabase]:
    schema = f"pln_test_{secrets.token_hex(8)}"
    url = f"{SERVER}?options=-csearch_path%3D{schema}"

    def run(text: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(text)

    with server() as admin:
        admin.execute(f"CREATE SCHEMA {schema}")
        try:
            yield HostDatabase(url, run)
        finally:
            admin.execute(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def _mariadb(_folder: Path) -> Iterator[HostDatabase]:
    name = f"pln_test_{secrets.token_hex(8)}"

    def run(text: str) -> None:
        with mysql(database=name, charset="utf8mb4") as connection:
            for statement in statements(text):
                connection.cursor().execute(statement)

    with mysql() as admin:
        admin.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            yield HostDatabase(f"{MARIADB}/{name}", run)
        finally:
            admin.cursor().execute(f"DROP DATABASE {name}")
