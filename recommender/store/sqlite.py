"""What is special about SQLite: a file that several processes write, and never lose a commit of."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from recommender.domain.errors import InvalidArgumentError, StoreUnavailableError

_making = threading.Lock()

_BESIDE = ("-wal", "-shm", "-turn")
"""What the names of files end in that belong to a database: its log, the log's index, the lock."""

_OTHERS = 0o077
"""What users other than the owner may do with a file."""

_WAL_BYTES = 64 << 20
"""How large the log of writes stays at most once it has been taken over into the file."""


def sqlite_engine(url: URL, patience: float, *, create: bool) -> Engine:
    """An engine on the file that `url` names.

    patience: seconds to wait for other writers. create: whether to make a file that is not there.
    Raises InvalidArgumentError where no file is named, StoreUnavailableError where it cannot be.
    """
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise InvalidArgumentError("store.url", "name a file, as in sqlite:///learners.db")
    _find(Path(url.database), create=create)
    engine = create_engine(
        url,
        connect_args={"timeout": patience, "check_same_thread": False},
        pool_size=8,
        max_overflow=8,
        pool_timeout=patience,
        hide_parameters=True,  # they are people; errors go into logs
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def take_over(connection: Connection, patience: float) -> None:
    """Take the log of writes over into the file and cut it to nothing.

    Not done where readers of an older state stand in the way for longer than `patience`, seconds.
    """
    usual = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(1000 * patience)}")
    try:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {usual}")


def check_file(connection: Connection, path: str) -> None:
    """Raise StoreUnavailableError where the file is another program's, or cannot be logged to."""
    tables = connection.exec_driver_sql(
        "SELECT count(*), coalesce(sum(name LIKE 'pln\\_%' ESCAPE '\\'), 0) FROM sqlite_master "
        "WHERE type = 'table'"
    ).one()
    if tables[0] and not tables[1]:
        raise StoreUnavailableError(
            f"{path} is a database of another program; name another file for the learner store"
        )
    mode = connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar_one()
    if mode != "wal":
        raise StoreUnavailableError(
            f"{path}: its file system cannot hold a write-ahead log ({mode}); use a local disk"
        )


def _find(path: Path, *, create: bool) -> None:
    """Find the file, or make it; readable for nobody else: it is about people."""
    if not create and not path.exists():
        raise StoreUnavailableError(f"{path} is not there; check the path of the learner store")
    if not path.parent.is_dir():
        raise StoreUnavailableError(
            f"{path}: there is no folder {path.parent}; make it first, or name another"
        )
    try:
        # A file that is there is not touched: to close it would take away the locks that other
        # connections of this process have on it, and with them what they have just written.
        with _making, suppress(FileExistsError):
            if not path.exists():
                path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise StoreUnavailableError(
            f"{path} cannot be made ({error.strerror}); name a file that can be written"
        ) from None
    if not path.is_file():
        raise StoreUnavailableError(f"{path} is no file; name another for the learner store")
    for each in (path, *(path.with_name(path.name + end) for end in _BESIDE)):
        _close_to_others(each)


def _close_to_others(path: Path) -> None:
    """Have nobody but its owner read a file, as of one that was copied back from a backup."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
    except FileNotFoundError:
        pass  # what lies beside the database comes and goes
    except OSError as error:
        raise StoreUnavailableError(
            f"{path} is open to other users, and cannot be closed to them ({error.strerror}); "
            "have its owner run chmod 600"
        ) from None


def _set_up(raw: DBAPIConnection, _record: object) -> None:
    """Settings that every connection has to make anew."""
    assert isinstance(raw, sqlite3.Connection)
    raw.isolation_level = None  # transactions begin where `_begin` says, and nowhere else
    for setting in (
        "foreign_keys = ON",
        "synchronous = FULL",  # a commit is on the disk before it is acknowledged
        "secure_delete = ON",  # what is deleted is overwritten, so that the erased are gone
        f"journal_size_limit = {_WAL_BYTES}",
    ):
        raw.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    """Begin as the engine was told: to write, IMMEDIATE, so that two writers never deadlock."""
    begin = connection.get_execution_options().get("begin", "")
    if begin:
        connection.exec_driver_sql(begin)
