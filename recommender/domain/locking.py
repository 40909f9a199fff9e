"""One job at a time: a lock that ends with its process, however that ends.

The file holds who has the lock, for whoever comes second. It stays where it is, also when nobody
has it: were it removed, two jobs could each lock a file of that name.
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
    handle = _open(path)
    try:
        _take(handle, path, what)
        os.truncate(handle, 0)
        os.write(handle, _mine(what))
        try:
            yield
        finally:
            os.truncate(handle, 0)  # nobody has it: nobody's name is to stand there
    finally:
        os.close(handle)


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
