"""One job at a time: a lock that ends with its process, however that ends.

The file holds who has the lock, for whoever comes second. Who lets go of it removes it; who has
locked a file that was removed meanwhile has locked nothing, and tries again.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recommender.domain.errors import BusyError, OutputError, shorten

_TAKEN = (errno.EWOULDBLOCK, errno.EACCES)
_MOST_BYTES = 4096


@contextmanager
def hold(path: Path, what: str) -> Iterator[None]:
    """Have the lock at `path`, alone, while the block runs.

    what: the job, as the one that comes second calls it: "nightly run".
    Raises BusyError, which says who has it since when, and OutputError where there can be no lock.
    """
    handle = _taken(path, what)
    try:
        try:
            _sign(handle, path, what)
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _taken(path: Path, what: str) -> int:
    """The lock's file, locked."""
    while True:
        handle = _open(path)
        try:
            _take(handle, path, what)
            if _same(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _same(handle: int, path: Path) -> bool:
    """Whether what was opened is still what stands at the path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be made to lock ({error.strerror}); name a folder that can be written"
        ) from None


def _take(handle: int, path: Path, what: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            raise BusyError(f"another {what} is at work: {_holder(handle)} ({path})") from None
        raise OutputError(
            f"{path} cannot be locked ({error.strerror}); name a folder on a local disk"
        ) from None


def _sign(handle: int, path: Path, what: str) -> None:
    """Write down who has the lock; a full disk has room for the file, but for nothing in it."""
    try:
        os.truncate(handle, 0)
        os.write(handle, _mine(what))
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror}); make room there, or name a folder that "
            "can be written"
        ) from None


def _mine(what: str) -> bytes:
    facts = {
        "what": what,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return (json.dumps(facts) + "\n").encode()


def _holder(handle: int) -> str:
    """Who has the lock, by its own words; they may not be written yet, or be anything."""
    try:
        facts: Any = json.loads(os.pread(handle, _MOST_BYTES, 0))
        told = f"process {facts['pid']} on {facts['host']} since {facts['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it has just begun"
    return shorten(" ".join(told.split()), 200)
