"""Who does the work of calls, and the lanes in which tenants wait for it. Free of gRPC.

Lists are quick: they compute and never wait. The thread that takes calls makes them itself, as
two threads that both want the interpreter's lock are slower than one. All else, which may wait for
a disk, and streams, an answer at a time, is done by a pool of threads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import structlog

log = structlog.get_logger()

Work: TypeAlias = Callable[[], object]


class Rota:
    """Work that waits, taken from each lane in turn, so that no lane can hold up the others."""

    def __init__(self) -> None:
        self._waiting: dict[Lane, deque[Work]] = {}  # the lane whose turn it is first

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, lane: Lane, work: Work) -> None:
        """Have `work` wait in its lane."""
        self._waiting.setdefault(lane, deque()).append(work)

    def take(self) -> Work:
        """The next piece of work; something must wait."""
        lane = next(iter(self._waiting))
        waiting = self._waiting.pop(lane)
        work = waiting.popleft()
        if waiting:
            self._waiting[lane] = waiting
        return work


class Turns:
    """What waits, and the threads that do it.

    in_flight: calls at work or waiting, over all lanes. pressed: how many of these make the
    server nearly full.
    """

    def __init__(self, threads: int, pressed: float) -> None:
        self.pressed = pressed
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="call")
        self.in_flight = 0
        self._lock = threading.Lock()
        self._slow, self._quick = Rota(), Rota()
        self._threads = threads
        self._helpers = ThreadPoolExecutor(threads, thread_name_prefix="list")
        self._doing = 0
        self._taken = 0.0

    def enter(self, lane: Lane) -> None:
        """Count a call as under way."""
        with self._lock:
            self.in_flight += 1
            lane.in_flight += 1

    def leave(self, lane: Lane) -> None:
        """Count it no more."""
        with self._lock:
            self.in_flight -= 1
            lane.in_flight -= 1

    def put(self, lane: Lane, work: Work) -> None:
        """Have `work` done by the pool when it is the lane's turn."""
        with self._lock:
            self._slow.put(lane, work)
        self.pool.submit(self._next)

    def _next(self) -> None:
        """Do the first piece of the lane whose turn it is; as many are taken as are put."""
        with self._lock:
            work = self._slow.take()
        try:
            work()
        except Exception as error:
            log.error("call lost", exc_info=error)

    def put_quick(self, lane: Lane, work: Work) -> None:
        """Have `work` wait for `do_quick`."""
        with self._lock:
            self._quick.put(lane, work)

    @property
    def quick(self) -> bool:
        """Whether quick work waits."""
        return bool(self._quick)

    def do_quick(self) -> bool:
        """Do one piece of quick work; False: none waits."""
        with self._lock:
            if not self._quick:
                return False
            work = self._quick.take()
            self._taken = time.monotonic()
            self._doing += 1
        try:
            work()
        finally:
            with self._lock:
                self._doing -= 1
        return True

    def hurry(self, patience: float, stuck: Callable[[], bool]) -> None:
        """Have one helper more do quick work if some waits and none was begun for so many seconds.

        stuck: whether the thread that should do it still does not; the helper goes on while that
        is so. With that thread, helpers are no more than the threads of the pool.
        """
        with self._lock:
            waited = time.monotonic() - self._taken
            if not self._quick or waited < patience or self._doing >= self._threads:
                return
        self._helpers.submit(self._help, stuck)

    def _help(self, stuck: Callable[[], bool]) -> None:
        # No longer than needed: two threads that want the interpreter's lock are slower than one.
        while stuck() and self.do_quick():
            pass

    def shutdown(self, *, wait: bool = False) -> None:
        """Begin no more work."""
        for pool in (self.pool, self._helpers):
            pool.shutdown(wait=wait, cancel_futures=not wait)


@dataclass(slots=True, eq=False)
class Lane:
    """One tenant's place to wait. in_flight: its calls at work or waiting."""

    in_flight: int = 0
