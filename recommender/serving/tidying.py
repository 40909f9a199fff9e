"""Drops what has had its time from the learner store, while a server runs."""

from __future__ import annotations

import random
import threading

import structlog

from recommender.domain.errors import StoreUnavailableError
from recommender.store import LearnerStore

log = structlog.get_logger()

PERIOD_SECONDS = 3600.0
"""How often, about: every worker does it, so each begins at another time."""


def keep_tidy(store: LearnerStore, period: float = PERIOD_SECONDS) -> threading.Event:
    """Begin, in a thread of its own; it ends once the event that is returned is set."""
    over = threading.Event()

    def tidy() -> None:
        while not over.wait(period * random.uniform(0.5, 1.5)):  # noqa: S311 - no secret
            try:
                # The last bytes of the erased take a rewrite, for which writers wait: that is for
                # `pln store purge`, at night.
                store.purge(rewrite=False)
            except StoreUnavailableError:
                log.warning("store not tidied", reason="unavailable")

    threading.Thread(target=tidy, name="tidy the store", daemon=True).start()
    return over
