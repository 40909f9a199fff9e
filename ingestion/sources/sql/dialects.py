"""What is special about each server: how to connect, and how to read one moment without writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection

_CONNECT_SECONDS = 10
"""For how long a server may be silent before it counts as not there."""
_READ_SECONDS = 3600
"""For how long a query may run until its first row comes, or its next."""
_STEPS = 1_000_000
"""Steps of SQLite's machine, some ten milliseconds, between two looks at signals."""


def _nothing(_thing: object) -> None:
    """What most kinds of database need done beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one kind of database is read.

    options: of the engine, for a URL. transaction: how SQLAlchemy is to begin one. begin: what
    statements make it what it has to be. prepare: what is done to the connection then.
    abandon: what, to a cursor that is closed before all is read.
    """

    options: Callable[[URL], dict[str, Any]]
    transaction: Mapping[str, Any] = field(default_factory=dict)
    begin: tuple[str, ...] = ()
    prepare: Callable[[Connection], None] = _nothing
    abandon: Callable[[object], None] = _nothing


def _postgres_options(url: URL) -> dict[str, Any]:
    wanted = {
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "pln",
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    return {"connect_args": {name: v for name, v in wanted.items() if name not in url.query}}


def _postgres_text(connection: Connection) -> None:
    """Take times and JSON as the server writes them: Python has no infinity, no year 10000."""
    from psycopg import Connection as Raw  # noqa: PLC0415  (few need it)
    from psycopg.types.string import TextLoader  # noqa: PLC0415

    raw = connection.connection.driver_connection
    assert isinstance(raw, Raw)
    for name in ("timestamp", "timestamptz", "date", "json", "jsonb"):
        raw.adapters.register_loader(name, TextLoader)


def _postgres_abandon(cursor: object) -> None:
    """Close the connection first: a cursor would have to ask a server that may be gone."""
    from psycopg import ServerCursor  # noqa: PLC0415

    if isinstance(cursor, ServerCursor):
        cursor.connection.close()
        cursor.close()


def _mysql_options(_url: URL) -> dict[str, Any]:
    return {
        "connect_args": {
            "charset": "utf8mb4",
            "connect_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "local_infile": False,
        }
    }


def _mysql_abandon(cursor: object) -> None:
    """Keep the driver from reading, as it closes a result, all that would still be sent."""
    pending = getattr(cursor, "_result", None)
    if pending is not None:
        pending.unbuffered_active = False


def _sqlite_options(url: URL) -> dict[str, Any]:
    place = f"{Path(url.database or '').absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(place, uri=True, isolation_level=None)
        # What is not UTF-8 spoils its row, not the job.
        connection.text_factory = lambda text: text.decode(errors="surrogateescape")
        return connection

    return {"creator": connect}


def _sqlite_listens(connection: Connection) -> None:
    """Have Python look up from a long query now and then, so that a signal can end it."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.set_progress_handler(lambda: 0, _STEPS)


_MYSQL = Dialect(
    options=_mysql_options,
    begin=(
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "SET time_zone = '+00:00'",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
    abandon=_mysql_abandon,
)

DIALECTS: dict[str, Dialect] = {
    "postgresql": Dialect(
        options=_postgres_options,
        transaction={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        begin=(
            "SET LOCAL TimeZone = 'UTC'",
            "SET LOCAL DateStyle = 'ISO'",
            "SET LOCAL synchronize_seqscans = off",  # the same rows in the same order
            "SET LOCAL cursor_tuple_fraction = 1",  # all rows are wanted, not the first few soon
        ),
        prepare=_postgres_text,
        abandon=_postgres_abandon,
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": Dialect(
        options=_sqlite_options,
        begin=("PRAGMA trusted_schema = OFF", "BEGIN", "SELECT count(*) FROM sqlite_master"),
        prepare=_sqlite_listens,
    ),
}
"""By the name that SQLAlchemy gives to a kind of database."""
