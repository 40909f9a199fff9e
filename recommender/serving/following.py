"""Keeps a model up to date with the learner store: what a store has said counts within a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog

from recommender.domain.errors import StoreUnavailableError
from recommender.domain.ids import PersonId
from recommender.domain.learner import Change
from recommender.store import LearnerStore

log = structlog.get_logger()

PERIOD_SECONDS = 0.2
"""How often the store is asked for what is new."""
AT_ONCE = 1000
"""Changes read, and made to count, at a time."""
FIRST_SECONDS = 30.0
"""How long all that the store has may take to be read at first."""


class Followed(Protocol):
    """What changes are made to count in."""

    def prepare(self, changes: Sequence[tuple[int, Change]]) -> None:
        """Get ready for changes that are applied next."""
        ...

    def apply(
        self, changes: Sequence[tuple[int, Change]], now: datetime
    ) -> list[tuple[int, Exception]]:
        """Have changes count."""
        ...

    def limited(self) -> list[PersonId]:
        """Who wants to be on few lists a day."""
        ...

    def shown(self, counts: Mapping[PersonId, int]) -> None:
        """On how many lists each of `limited` was today."""
        ...


class Following:
    """Has one tenant's changes count in one model, from a thread of its own.

    since: when the model was trained: events before that are in it.
    """

    def __init__(
        self, store: LearnerStore, tenant: str, followed: Followed, since: datetime
    ) -> None:
        self._store, self._tenant = store, tenant
        self._followed, self._since = followed, since
        self._position = 0
        self._read_at = time.monotonic()
        self._first, self._over = threading.Event(), threading.Event()
        self._silent = False
        self._thread = threading.Thread(target=self._follow, name=f"follow {tenant}", daemon=True)

    @property
    def position(self) -> int:
        """The number of the newest change that counts already."""
        return self._position

    @property
    def lag_seconds(self) -> float:
        """How long ago the store was last read to its end."""
        return time.monotonic() - self._read_at

    @property
    def ready(self) -> bool:
        """Whether all that the store had at first counts already."""
        return self._first.is_set()

    def start(self, wait: float = FIRST_SECONDS) -> Following:
        """Begin, and wait until all that the store has counts.

        Raises StoreUnavailableError where that takes longer: without it a model must not answer,
        since it would show people who are blocked.
        """
        self._thread.start()
        if not self._first.wait(wait):
            self.close()
            raise StoreUnavailableError(f"the learner store could not be read in {wait:g} seconds")
        return self

    def close(self) -> None:
        """Follow the store no longer."""
        self._over.set()

    def _follow(self) -> None:
        while not self._over.is_set():
            try:
                self._catch_up()
                self._told(silent=False)
            except StoreUnavailableError:
                self._told(silent=True)
            except Exception:
                log.exception("following failed", tenant=self._tenant)
            self._over.wait(PERIOD_SECONDS)

    def _catch_up(self) -> None:
        """Read all that is new, and have it count."""
        newest = self._store.position(self._tenant)
        if newest < self._position:
            # What was taken back cannot be told from here; a new model starts from the beginning.
            raise StoreUnavailableError("the learner store is older than it was; restart")
        while self._position < newest:
            found = self._store.changes(self._tenant, self._position, AT_ONCE, self._since)
            self._followed.prepare(found)
            self._apply(found)
            whole = len(found) < AT_ONCE
            self._position = newest if whole else found[-1][0]
        self._apply(())
        limited = self._followed.limited()
        if limited:
            midnight = _now().replace(hour=0, minute=0, second=0, microsecond=0)
            self._followed.shown(self._store.shown_counts(self._tenant, limited, midnight))
        self._read_at = time.monotonic()
        self._first.set()

    def _apply(self, changes: Sequence[tuple[int, Change]]) -> None:
        for position, error in self._followed.apply(changes, _now()):
            log.error("change not taken", tenant=self._tenant, position=position, exc_info=error)

    def _told(self, *, silent: bool) -> None:
        """Say once when the store falls silent, and once when it answers again."""
        if silent and not self._silent:
            log.error("store unavailable", tenant=self._tenant)
        if self._silent and not silent:
            log.info("store answers again", tenant=self._tenant)
        self._silent = silent


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
