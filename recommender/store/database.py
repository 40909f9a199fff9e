"""Connections, transactions, and what becomes of a database that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

import sqlalchemy.exc as sa
from sqlalchemy import URL, Connection, Engine, make_url

from recommender.domain.errors import InvalidArgumentError, StoreUnavailableError, shorten
from recommender.store.sqlite import check_file, sqlite_engine, take_over
from recommender.store.turns import Turns

OURS = (sa.IntegrityError, sa.DataError, sa.ProgrammingError)
"""Errors that no database is to blame for."""


class StatementRefusedError(Exception):
    """A statement of ours that the database refused, and why; it names nobody, being for logs."""


_MOMENT = 0.25
"""Seconds for which writers may have to wait for what is only tidy."""

_STATEMENT = 300
"""Characters of a statement that are told of."""

_POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}
_SQLITE = {"sqlite", "sqlite+pysqlite"}


class Database:
    """One database. Called from several threads at once.

    engine: makes its connections. patience: seconds that an answer may take.
    name: what it is called in messages and logs.
    """

    def __init__(self, engine: Engine, patience: float) -> None:
        self.engine = engine
        self.patience = patience
        self.name = _name(engine.url)
        self._turns = Turns(Path(engine.url.database or ""), patience) if self.is_file else None
        self._gate = _Gate(patience)

    @classmethod
    def open(cls, text: str, patience: float, *, create: bool = True) -> Database:
        """The database at a URL; create: whether to make a file that is not there.

        Raises InvalidArgumentError, or StoreUnavailableError.
        """
        url = _url(text)
        if url.drivername in _SQLITE:
            return cls(sqlite_engine(url, patience, create=create), patience)
        from recommender.store.postgres import postgres_engine  # noqa: PLC0415  (few need it)

        return cls(postgres_engine(url, patience), patience)

    @property
    def is_file(self) -> bool:
        """Whether it is SQLite's."""
        return self.engine.dialect.name == "sqlite"

    def check(self) -> None:
        """Raise StoreUnavailableError where it cannot be used, or is not for us."""
        with self.reading() as connection:
            if self.is_file:
                check_file(connection, self.engine.url.database or "")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose every statement sees what is committed at its beginning."""
        with self._connected(self._plain()) as connection:
            yield connection

    @contextmanager
    def reading_one_state(self) -> Iterator[Connection]:
        """A connection whose statements all see the same state of the database."""
        engine = self.engine.execution_options(begin="BEGIN")
        if not self.is_file:
            engine = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with self._connected(engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, durable once this ends without an error, undone where there is one."""
        engine = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        with self._my_turn(), self._connected(engine) as connection, connection.begin():
            yield connection

    def sweep(self) -> None:
        """Let go soon of what was just deleted: of SQLite's log, where no reader needs it now.

        What cannot be let go of in a moment, or not now, is left to `rewrite`.
        """
        if not self.is_file:
            return
        turn = self._my_turn()
        with suppress(StoreUnavailableError), turn, self._connected(self._plain()) as connection:
            take_over(connection, min(self.patience, _MOMENT))

    def rewrite(self, tables: Iterable[str]) -> None:
        """Write `tables` anew without what was deleted. SQLite rewrites its whole file."""
        with self._my_turn(), self._connected(self._plain()) as connection:
            if self.is_file:
                connection.exec_driver_sql("VACUUM")
                take_over(connection, self.patience)
            else:
                connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()
        if self._turns:
            self._turns.close()

    def _plain(self) -> Engine:
        if self.is_file:
            return self.engine
        return self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def _my_turn(self) -> AbstractContextManager[None]:
        """A file has one writer at a time; a server of databases sees to that by itself."""
        return self._turns.taken() if self._turns else nullcontext()

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        self._gate.enter(self.name)
        try:
            connection = engine.connect()
        except sa.SQLAlchemyError as error:
            if not self.is_file and not isinstance(error, sa.TimeoutError):
                self._gate.close()
            raise self.unavailable(error) from error
        self._gate.open()
        try:
            with connection:
                yield connection
        except OURS as error:
            # In what comes from the driver stand the values of the rows, and so people.
            raise _refused(error).with_traceback(error.__traceback__) from None
        except sa.DBAPIError as error:
            if error.connection_invalidated:
                self._gate.close()
            raise self.unavailable(error) from error

    def unavailable(self, error: Exception) -> StoreUnavailableError:
        """What the user of the store is told of a failure."""
        cause = getattr(error, "orig", None) or error
        return StoreUnavailableError(
            f"the learner store {self.name} cannot be used now: {_first_line(cause)}"
        )


class _Gate:
    """Lets nobody else wait for a database of which somebody just found that it does not answer.

    While it is closed, one caller in every `patience` seconds may try.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._next_try: float | None = None

    def enter(self, name: str) -> None:
        with self._lock:
            if self._next_try is None:
                return
            now = time.monotonic()
            if now < self._next_try:
                raise StoreUnavailableError(f"the learner store {name} did not answer just now")
            self._next_try = now + self._patience

    def close(self) -> None:
        with self._lock:
            self._next_try = time.monotonic() + min(1.0, self._patience)

    def open(self) -> None:
        with self._lock:
            self._next_try = None


def _refused(error: sa.DBAPIError) -> StatementRefusedError:
    cause = error.orig or error
    # The first line names tables and columns, but of bad data it quotes the value.
    said = "" if isinstance(error, sa.DataError) else _first_line(cause)
    statement = shorten(error.statement or "", _STATEMENT)
    return StatementRefusedError(f"{type(cause).__name__}: {said} [{statement}]")


def _first_line(cause: BaseException) -> str:
    return next(iter(str(cause).strip().splitlines()), "") or type(cause).__name__


def _name(url: URL) -> str:
    """A URL without its password and its query, which may hold passwords as well."""
    shown = URL.create(
        url.drivername, url.username, host=url.host, port=url.port, database=url.database
    )
    return shown.render_as_string(hide_password=True)


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except sa.ArgumentError:
        raise InvalidArgumentError(
            "store.url", "is no URL; write sqlite:///learners.db or postgresql://HOST/DATABASE"
        ) from None
    if "@" in (url.host or ""):  # a part of the password, which messages would tell
        raise InvalidArgumentError("store.url", "has an @ too many; in a password write %40")
    if url.drivername in _POSTGRES:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in _SQLITE:
        return url
    raise InvalidArgumentError(
        "store.url", f"{url.drivername} is not known here; use sqlite or postgresql"
    )
