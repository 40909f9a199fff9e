"""PostgreSQL, MySQL, MariaDB and SQLite, through SQLAlchemy: rows streamed, and none written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import sqlalchemy.exc as sa
from sqlalchemy import URL, Connection, CursorResult, create_engine, event, inspect
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import NullPool

from ingestion.engine import Engine
from ingestion.sources.sheets import Sheet
from ingestion.sources.sql.database import BATCH_ROWS, Laid, Rows, said
from ingestion.sources.sql.dialects import DIALECTS
from ingestion.sources.sql.values import Strict, lenient, raw
from recommender.domain.errors import InputDataError

_FAILURES = (sa.SQLAlchemyError, UnicodeError)
_UNREACHED = (*_FAILURES, OSError, TypeError, ValueError, RuntimeError)
"""What drivers raise when they connect: some check their options by Python's means."""


@contextmanager
def server(url: URL, where: object) -> Iterator[Server]:
    """The database at `url` in a transaction of its own, which sees one moment and cannot write."""
    dialect = DIALECTS[url.get_backend_name()]
    password = None if url.password is None else str(url.password)
    with _told(f"{where} cannot be reached", password, _UNREACHED):
        made = create_engine(url, poolclass=NullPool, **dialect.options(url))
        event.listen(made, "handle_error", lambda error: dialect.abandon(_cursor(error)))
        connection = made.connect()
    with closing(connection):
        with _told(f"{where} cannot be read", password):
            connection = connection.execution_options(**dialect.transaction)
            for statement in dialect.begin:
                connection.exec_driver_sql(statement)
            dialect.prepare(connection)
        try:
            yield Server(connection, where, password)
        except BaseException:
            connection.invalidate()  # nothing is asked of it again, which might be gone
            raise


class Server:
    """A `Database` on a server, or in a file of SQLite's."""

    def __init__(self, connection: Connection, where: object, password: str | None) -> None:
        self._connection, self._where = connection, where
        self._password = password

    def tables(self) -> list[str]:
        """Names of its tables and views, sorted."""
        with _told(f"{self._where}: its tables cannot be listed", self._password):
            seen = inspect(self._connection)
            found = [*seen.get_table_names(), *seen.get_view_names()]
            if self._connection.dialect.name == "postgresql":
                found += seen.get_materialized_view_names()
        return sorted(found)

    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table that is there."""
        with _told(f"{self._where}: table {table} cannot be read", self._password):
            return [column["name"] for column in inspect(self._connection).get_columns(table)]

    def name(self, identifier: str) -> str:
        """An identifier as SQL writes it."""
        return self._connection.dialect.identifier_preparer.quote_identifier(identifier)

    def lay(self, rows: Rows, engine: Engine) -> Laid:
        """Read `rows` and lay them down as they come."""
        with _told(f"{self._where}: {rows.origin} cannot be read", self._password):
            result = self._connection.execution_options(
                stream_results=True, yield_per=BATCH_ROWS, no_parameters=True
            ).exec_driver_sql(rows.statement)
            if not result.returns_rows:
                raise InputDataError(f"{rows.origin} gives no rows; write a query that does")
            with self._finished(result):
                return (_strictly if rows.kinds else _freely)(rows, result, engine)

    @contextmanager
    def _finished(self, result: CursorResult[Any]) -> Iterator[None]:
        """Let go of a result that was left half-way, without reading what is still to come."""
        cursor = result.cursor
        try:
            yield
        except BaseException:
            DIALECTS[self._connection.dialect.name].abandon(cursor)
            with suppress(Exception):  # its connection may be gone, which has been said then
                cursor.close()
            raise


def _strictly(rows: Rows, result: CursorResult[Any], engine: Engine) -> Laid:
    names = list(result.keys())
    reader = Strict(rows.origin, names, rows.kinds or {})
    with Sheet(engine, rows.name, reader.kept) as sheet:
        for number, row in enumerate(result, start=1):
            try:
                sheet.add(0, number, *reader.texts(row))
            except ValueError as error:
                sheet.spoilt(0, number, str(error), raw(row))
    unknown = tuple(name for name in names if name not in reader.kept)
    return Laid(name=rows.name, path=sheet.path, unknown=unknown)


def _freely(rows: Rows, result: CursorResult[Any], engine: Engine) -> Laid:
    with Sheet(engine, rows.name, tuple(result.keys())) as sheet:
        for number, row in enumerate(result, start=1):
            sheet.add(0, number, *lenient(row))
    return Laid(name=rows.name, path=sheet.path)


@contextmanager
def _told(
    what: str, password: str | None, failures: tuple[type[Exception], ...] = _FAILURES
) -> Iterator[None]:
    """Say on one line what a database refuses, or a driver: never the password."""
    try:
        yield
    except failures as error:
        raise InputDataError(f"{what}: {said(_words(error), password)}") from None


def _cursor(error: ExceptionContext) -> object:
    """What the error came from; SQLAlchemy closes it next."""
    return getattr(error.execution_context, "cursor", None)


def _words(error: BaseException) -> str:
    """The heart of what an error says: drivers put codes before it, or the statement after."""
    cause = getattr(error, "orig", None) or error
    told = getattr(getattr(cause, "diag", None), "message_primary", None)
    if told is None and len(cause.args) == 2 and isinstance(cause.args[1], str):
        told = cause.args[1]
    return str(told or cause) or type(cause).__name__
