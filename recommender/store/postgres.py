"""What is special about PostgreSQL: it is elsewhere, and may be gone or silent at any moment."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

Result = TypeVar("Result")

_POOL = 8
_RECYCLE_SECONDS = 1800
_MOMENT = 0.5
"""Seconds in which a connection that is still good answers."""


def postgres_engine(url: URL, patience: float) -> Engine:
    """An engine on the database that `url` names, none of whose answers takes long.

    patience: seconds after which a connection, or an answer, counts as not to be had.
    """
    engine = create_engine(
        url,
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=patience,
        hide_parameters=True,  # they are people; errors go into logs
        pool_recycle=_RECYCLE_SECONDS,
    )

    def connect(
        _dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]
    ) -> Impatient:
        options.setdefault("connect_timeout", max(2, round(patience)))
        options.setdefault("application_name", "pln")
        # The server, too, gives up: nothing is to hold the tenant's lock for a client that left.
        limits = {
            "statement_timeout": patience,
            "idle_in_transaction_session_timeout": 5 * patience,
        }
        said = [f"-c {name}={round(1000 * seconds)}" for name, seconds in limits.items()]
        options["options"] = " ".join([*said, options.get("options", "")]).strip()
        connection = Impatient.connect(*arguments, **options)
        connection.patience = patience
        return connection

    def awake(connection: Impatient, _record: object, _proxy: object) -> None:
        # Not SQLAlchemy's own ping: to ask whether the other side is there is to take a moment.
        try:
            connection.ping(_MOMENT)
        except psycopg.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "checkout", awake)
    return engine


class Impatient(psycopg.Connection[Any]):
    """A connection that waits `patience` seconds for an answer and then counts as lost.

    A server that has stopped, or a network that swallows all, would else be waited for forever.
    """

    patience: float = 10.0

    def ping(self, patience: float) -> None:
        """Ask whether the server is there. Raises OperationalError where it does not say so."""
        usual, self.patience = self.patience, min(patience, self.patience)
        began, self.autocommit = self.autocommit, True  # so that no transaction is left open
        self.execute("SELECT 1")
        self.patience, self.autocommit = usual, began

    def wait(
        self,
        gen: Generator[Any, Any, Result],
        *arguments: Any,
        **options: Any,
    ) -> Result:
        """Wait for what `gen` waits for. Raises OperationalError where it takes too long."""
        return super().wait(self._limited(gen), *arguments, **options)

    def _limited(self, steps: Generator[Any, Any, Result]) -> Generator[Any, Any, Result]:
        # The server's own limit comes first where it still answers: that keeps the connection.
        end = time.monotonic() + 1.25 * self.patience
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > end:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {self.patience:g} s")
                wanted = steps.send(ready)
        except StopIteration as done:
            result: Result = done.value
            return result
