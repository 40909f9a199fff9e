"""Files that may change while the server runs: looked at now and then, in one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from recommender.domain.errors import RecommenderError

log = structlog.get_logger()

POLL_SECONDS = 0.5
"""How often a server looks whether anything has changed."""

T = TypeVar("T")
Signature = tuple[tuple[int, int, int] | None, ...]


class Watched(Generic[T]):
    """What some files say, read again when they change; the last good reading stays in force.

    event: what the log calls it. sound: whether the newest state of the files could be read.
    changed: who is told of a new value. `read` raises RecommenderError where the files are bad.
    """

    def __init__(
        self,
        event: str,
        paths: Sequence[Path],
        read: Callable[[], T],
    ) -> None:
        self.event = event
        self.paths = tuple(paths)
        self.sound = True
        self.changed: list[Callable[[T], None]] = []
        self._read = read
        self._signature = signature(self.paths)
        self._value = read()

    def value(self) -> T:
        """The last good reading."""
        return self._value

    def look(self) -> None:
        """Read the files again if they have changed since."""
        found = signature(self.paths)
        if found == self._signature:
            return
        self._signature = found
        try:
            value = self._read()
        except RecommenderError as error:
            self.sound = False
            log.error(f"{self.event} refused", error=str(error))
            return
        except Exception:
            self.sound = False
            raise
        self._value, self.sound = value, True
        self._tell(value)
        log.info(f"{self.event} read again")

    def _tell(self, value: T) -> None:
        try:
            for told in self.changed:
                told(value)
        except Exception:  # somebody goes on with what was before
            self.sound = False
            raise


def signature(paths: Sequence[Path]) -> Signature:
    """What tells whether files have changed: time of change, size and identity; None: not there."""
    return tuple(_signature(path) for path in paths)


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Watcher:
    """A thread that calls every one of `looks` twice a second, between `start` and `stop`."""

    def __init__(self, name: str, looks: Sequence[Callable[[], None]]) -> None:
        self._looks = tuple(looks)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {name}", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; does not wait for a look that is under way."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            for look in self._looks:
                try:
                    look()
                except Exception:
                    log.exception("watch failed")
