"""Threads that answer calls, and the lanes in which tenants wait for them. Free of gRPC."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """A pool of threads that takes work from lanes in turn, so that no lane can keep it busy.

    in_flight: pieces of work at work or waiting, over all lanes.
    pressed: how many of these make the pool nearly full.
    """

    def __init__(self, threads: int, pressed: float) -> None:
        self.pressed = pressed
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="call")
        self.in_flight = 0
        self._lock = threading.Lock()
        self._waiting: deque[Lane] = deque()
        """Lanes with work that waits, the one whose turn is next first."""

    def put(self, lane: Lane, work: Callable[[], Any]) -> Future[Any]:
        """Have `work` done when it is its turn."""
        with self._lock:
            self.in_flight += 1
            lane.in_flight += 1
            lane.work.append(work)
            if len(lane.work) == 1:
                self._waiting.append(lane)
        return self.pool.submit(self._next)

    def _next(self) -> None:
        """Do the first piece of work of the lane whose turn it is. As many are put as are done."""
        with self._lock:
            lane = self._waiting.popleft()
            work = lane.work.popleft()
            if lane.work:
                self._waiting.append(lane)
        try:
            work()
        finally:
            with self._lock:
                lane.in_flight -= 1
                self.in_flight -= 1


class Lane(ThreadPoolExecutor):
    """One tenant's work. gRPC takes it for a pool of threads, but it has none of its own.

    in_flight: pieces of work at work or waiting. taken: all that were ever put in.
    """

    def __init__(self, turns: Turns) -> None:
        super().__init__(1)  # its thread would only be made by the `submit` that is replaced here
        self.in_flight = 0
        self.taken = 0
        self.work: deque[Callable[[], Any]] = deque()
        self._turns = turns

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have `fn` called when it is this lane's turn.

        The future ends with some piece of work, not always with this one; gRPC only counts them.
        """
        self.taken += 1
        return self._turns.put(self, lambda: fn(*args, **kwargs))
