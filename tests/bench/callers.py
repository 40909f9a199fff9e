"""Callers with our client, who keep calling while servers restart and models change."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from recommender.client import CallError, Client

CALLERS = 8
"""As many as one worker takes calls at a time: with the others away, it sheds none."""
RESULTS = 5
MOST_BEHIND_SECONDS = 1.0


@dataclass(slots=True)
class Called:
    """How many calls were answered, what failed, and how long it went on."""

    answered: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Calls a second."""
        return (self.answered + self.failed.total()) / self.seconds


@contextmanager
def calling(addresses: Sequence[str], ids: Sequence[str], rate: float) -> Iterator[Called]:
    """Ask for lists `rate` times a second in the background, or as fast as answers come."""
    called, over, lock = Called(), threading.Event(), threading.Lock()

    def call(client: Client, place: int) -> None:
        due, sent = time.monotonic() + place / rate, place
        while not over.wait(max(due - time.monotonic(), 0)):
            began, failure = time.monotonic(), None
            try:
                list(client.people(ids[sent % len(ids)], limit=RESULTS))
            except CallError as error:
                failure = f"{error.code.name} {error.reason}"
            with lock:
                called.slowest = max(called.slowest, time.monotonic() - began)
                if failure is None:
                    called.answered += 1
                else:
                    called.failed[failure] += 1
            sent += CALLERS
            due = max(due + CALLERS / rate, time.monotonic() - MOST_BEHIND_SECONDS)

    with Client(addresses) as client:
        threads = [threading.Thread(target=call, args=(client, i)) for i in range(CALLERS)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            yield called
        finally:
            called.seconds = time.monotonic() - started
            over.set()
            for thread in threads:
                thread.join()
