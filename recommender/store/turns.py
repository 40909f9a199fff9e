"""One writer at a time for a file, over all threads and processes that open it here.

SQLite alone would see to that, too, but has writers that wait ask again and again; and up to 3.51.2
it has a fault by which a commit can be lost when one connection takes over the log of writes while
another begins it anew. Here nobody does either while somebody else does.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.domain.errors import StoreUnavailableError

_PAUSE_SECONDS = 0.001


class Turns:
    """Turns at writing to the database file `path`; each is waited for `patience` seconds at most.

    The lock is on a file of its own, `path` with `-turn` after it: locks on the database's file
    are SQLite's. A process that dies lets go of it. Once somebody has waited in vain, nobody waits
    at all for as long: threads are not to stand in line for what may last.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path, self._patience = path, patience
        self._own = threading.Lock()
        self._file: int | None = None
        self._hurried_until = 0.0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One's turn. Raises StoreUnavailableError where others do not end theirs."""
        now = time.monotonic()
        end = now if now < self._hurried_until else now + self._patience
        if not self._own.acquire(timeout=end - now):
            raise self._busy()
        try:
            file = self._opened()
            self._lock(file, end)
            self._hurried_until = 0.0
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            self._own.release()

    def close(self) -> None:
        """Let go of the file, until the next turn."""
        with self._own:
            if self._file is not None:
                os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        if self._file is None:
            name = f"{self._path}-turn"
            try:
                self._file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise StoreUnavailableError(
                    f"{name} cannot be opened ({error.strerror}); it must be beside the store"
                ) from None
        return self._file

    def _lock(self, file: int, end: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise self._busy() from None
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def _busy(self) -> StoreUnavailableError:
        self._hurried_until = time.monotonic() + self._patience
        return StoreUnavailableError(f"{self._path}: other writers keep it busy; try again")
