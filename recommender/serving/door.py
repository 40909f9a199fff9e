"""Where calls come in: an own way through gRPC, for calls and for refusals.

gRPC's Python server polls a queue of events of gRPC's core, in one thread. A `Door` is that queue,
and keeps for itself the events of all calls that it knows. Others, of reflection and of methods
that are not there, it hands on, and gRPC's server does with them what it always does.

The thread that polls does the quick work itself, in between: two threads that both want the
interpreter's lock get in each other's way. Under a flood of calls it sees to it that the work gets
its share of the time. If a piece of work takes long, another thread steps in.

This stands on names of grpc that are not public (`grpc._server`, `grpc._cython.cygrpc`), so the
project asks for one minor version of it; `tests/serving/test_door.py` tells what has to hold.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import structlog
from grpc import _server
from grpc._cython import cygrpc  # type: ignore[attr-defined]

from recommender.serving.lanes import Turns
from recommender.serving.visits import Awaited, Parting, Visit, end

log = structlog.get_logger()

PATIENCE = 0.01
"""Seconds of quick work after which another thread takes the calls that come meanwhile."""
_SHARE = 0.5
"""Time for events while quick work waits, as a share of the time that its last piece took."""
REQUEST_SECONDS = 20.0
"""Within which the request of a call must come; it would else hold its place for ever."""

_OTHERS = 64
"""Calls that are handed on that may be under way at once."""

Enter = Callable[[Any], "Visit | Parting | None"]
"""Takes a call that has come: begins its visit, refuses it, or leaves it to gRPC's server."""


class Door(cygrpc.CompletionQueue):  # type: ignore[misc]
    """The events of a server: some are dealt with here, the others handed on."""

    def __new__(cls, *_: object) -> Door:
        """Keep what is meant for `__init__` from the queue of the core."""
        made: Door = super().__new__(cls)
        return made

    def __init__(self, turns: Turns, enter: Enter) -> None:
        self._turns = turns
        self._enter = enter
        self._began = 0.0
        self._due = 0.0
        self._awaited: dict[Visit, float] = {}
        """Visits whose request has not come yet, the oldest first, and since when."""
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._over = False
        self.state: Any = None

    def open(self, state: Any) -> None:
        """Have `state`, of a server that has not started, use this queue for its events."""
        self.state = state
        state.server.register_completion_queue(self)
        state.completion_queue = self
        threading.Thread(target=self._relieve, name="relief", daemon=True).start()

    def close(self) -> None:
        """Let the thread go that steps in."""
        self._closed.set()

    def poll(self, deadline: float | None = None) -> Any:
        """The next event that is not dealt with here; called by the thread of gRPC's server."""
        turns = self._turns
        while not self._over:
            event = super().poll(0 if turns.quick else deadline)
            if event.completion_type == cygrpc.CompletionType.queue_timeout:
                if not turns.quick:
                    return event
                self._work()
            elif not self._takes(event):
                return event
            elif turns.quick and time.monotonic() >= self._due:
                self._work()
            event = None  # what it holds of its call must not outlive the next look at the core
        # The other thread saw the server's end while this one was stuck. gRPC's loop ends by no
        # answer of this function, so it rests here; as a daemon it keeps no process alive.
        while True:
            threading.Event().wait()

    def _work(self) -> None:
        """Do a piece of quick work, and have it known how long that takes."""
        began = self._began = time.monotonic()
        try:
            self._turns.do_quick()
        except Exception as error:
            log.error("call lost", exc_info=error)
        self._began = 0.0
        over = time.monotonic()
        self._due = over + _SHARE * (over - began)

    def _stuck(self) -> bool:
        """Whether the thread that polls is at one piece of work for long."""
        began = self._began
        return began > 0 and time.monotonic() - began > PATIENCE

    def _relieve(self) -> None:
        """Take calls whenever the thread that should is stuck."""
        while not self._closed.wait(PATIENCE):
            self._give_up()
            while self._stuck():
                self._turns.hurry(PATIENCE, self._stuck)
                event = super().poll(time.time() + PATIENCE)
                if event.completion_type == cygrpc.CompletionType.queue_timeout:
                    continue
                if not (
                    self._takes(event) or _server._process_event_and_continue(self.state, event)
                ):
                    self._over = True
                    return

    def _give_up(self) -> None:
        """End the calls whose request has been waited for too long."""
        since = time.monotonic() - REQUEST_SECONDS
        for visit, began in list(self._awaited.items()):
            if began > since:
                return
            self._awaited.pop(visit, None)
            visit.give_up()

    def _takes(self, event: Any) -> bool:
        """Deal with an event; False: it is one of gRPC's server."""
        tag = event.tag
        if isinstance(tag, Awaited):
            if type(tag) is Visit:
                self._awaited.pop(tag, None)
            try:
                tag.come(event)
            except Exception as error:
                log.error("call lost", exc_info=error)
            return True
        return tag is _server._REQUEST_CALL_TAG and event.success and self._comes(event)

    def _comes(self, event: Any) -> bool:
        """Deal with a call that has come; False: it is for gRPC's server."""
        try:
            with self._lock:
                found = self._enter(event)
            if found is None:
                return False
            if isinstance(found, Visit):
                self._awaited[found] = time.monotonic()
            else:
                end(event.call, found)
        except Exception as error:
            log.error("call lost", exc_info=error)
            event.call.cancel(cygrpc.StatusCode.internal, b"the server failed")
        self._ask_for_next()
        return True

    def _ask_for_next(self) -> None:
        state = self.state
        with state.lock:
            if state.stage is _server._ServerStage.STARTED:
                state.server.request_call(self, self, _server._REQUEST_CALL_TAG)
            else:
                state.due.discard(_server._REQUEST_CALL_TAG)


def server(
    door: Door, options: Sequence[tuple[str, Any]], others: ThreadPoolExecutor | None = None
) -> grpc.Server:
    """A server behind `door`, not yet listening. others: threads for what the door hands on."""
    threads = others or ThreadPoolExecutor(1, thread_name_prefix="other")
    found = grpc.server(threads, options=options, maximum_concurrent_rpcs=_OTHERS)
    door.open(found._state)  # type: ignore[attr-defined]
    return found
