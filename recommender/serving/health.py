"""gRPC's health service, answered at the door: however many ask or watch, none keeps a thread.

Whoever asks needs no token, so nothing that a caller says is kept.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc_health.v1 import health_pb2

from recommender.serving.readiness import Readiness
from recommender.serving.refusals import Refusal
from recommender.serving.visits import Awaited, Parting, Visit

LIVE = "live"
READY = "ready"
"""Names that the health service knows besides '' (as `ready`) and the services."""
SERVICE = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name

_Answer = health_pb2.HealthCheckResponse
_NOT_READABLE = Refusal(
    code=grpc.StatusCode.INVALID_ARGUMENT,
    reason="INVALID_ARGUMENT",
    message="request: not a valid grpc.health.v1.HealthCheckRequest",
)
_UNKNOWN = Refusal(
    code=grpc.StatusCode.NOT_FOUND,
    reason="SERVICE_UNKNOWN",
    message="service: not one of this server; '' stands for all of it",
)


class Health:
    """What `readiness` says, for every service alike."""

    def __init__(self, readiness: Readiness, services: Iterable[str] = ()) -> None:
        self._readiness = readiness
        self._names = {"", READY, *services}
        self._told: dict[str, int] = {LIVE: _Answer.SERVING}
        self._watching: defaultdict[str, set[Watching]] = defaultdict(set)
        self._lock = threading.Lock()
        self._calls = {"Check": self._check, "Watch": self._watch}
        self.look()

    def name(self, services: Iterable[str]) -> None:
        """Answer for these services too."""
        self._names.update(services)
        self.look()

    def look(self) -> None:
        """Tell what is so now; those who watch hear of changes."""
        status = _Answer.NOT_SERVING if self._readiness.missing() else _Answer.SERVING
        with self._lock:
            changed = [name for name in self._names if self._told.get(name) != status]
            self._told.update(dict.fromkeys(changed, status))
            watching = [each for name in changed for each in self._watching[name]]
        for each in watching:
            each.tell(status)

    def enter(self, event: Any) -> Visit | None:
        """Begin a call that has come, where it is one of this service."""
        service, _, method = event.call_details.method.decode("ascii", "replace")[1:].partition("/")
        answer = self._calls.get(method) if service == SERVICE else None
        return Visit(event, answer, _nothing) if answer else None

    def _check(self, visit: Visit, content: bytes) -> None:
        name = _name(visit, content)
        if name is None:
            return
        status = self._told.get(name)
        visit.end(_refused(_UNKNOWN) if status is None else Parting(_said(status)))

    def _watch(self, visit: Visit, content: bytes) -> None:
        name = _name(visit, content)
        if name is None:
            return
        watching = Watching(visit)
        with self._lock:
            status = self._told.get(name)
            if status is None:
                status = _Answer.SERVICE_UNKNOWN  # and stays so: all names are known by then
            else:
                self._watching[name].add(watching)
        visit.follow(_Leaving(lambda: self._forget(name, watching)))
        watching.tell(status)

    def _forget(self, name: str, watching: Watching) -> None:
        with self._lock:
            self._watching[name].discard(watching)


class Watching(Awaited):
    """One who watches. Also the tag of the event that what was told was taken.

    One who reads slowly is told less often, and then what is so by that time.
    """

    __slots__ = ("_begun", "_busy", "_lock", "_said", "_status", "_visit")

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._lock = threading.Lock()
        self._busy = self._begun = False
        self._said: int | None = None
        self._status: int | None = None

    def tell(self, status: int) -> None:
        """Tell what is so now, unless that was the last that was told."""
        with self._lock:
            self._status = status
            self._go_on()

    def come(self, event: Any) -> None:
        """Tell what became so meanwhile."""
        with self._lock:
            self._busy = not event.success  # whoever has gone is told nothing more
            self._go_on()

    def _go_on(self) -> None:
        if self._busy or self._status is None or self._status == self._said:
            return
        first, self._begun = not self._begun, True
        self._busy, self._said = True, self._status
        self._visit.tell(_said(self._status), self, first=first)


class _Leaving(Awaited):
    """The tag of the event that a caller has gone."""

    __slots__ = ("_gone",)

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone

    def come(self, event: Any) -> None:
        del event
        self._gone()


def _name(visit: Visit, content: bytes) -> str | None:
    """The service that is asked after; None: the caller was told that it cannot be read."""
    try:
        name: str = health_pb2.HealthCheckRequest.FromString(content).service
    except DecodeError:
        visit.end(_refused(_NOT_READABLE))
        return None
    return name


def _said(status: int) -> bytes:
    return _Answer(status=status).SerializeToString()


def _refused(refusal: Refusal) -> Parting:
    return Parting(None, refusal.to_status())


def _nothing() -> None:
    """What is to be done where a caller goes before her request came."""
