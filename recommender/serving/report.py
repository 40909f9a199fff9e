"""What becomes known of a call that has ended: figures, a line in the log, a trace."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

import grpc
import structlog

from recommender.domain.serve_config import ServeConfig
from recommender.serving.context import CallContext
from recommender.serving.counts import Counts
from recommender.serving.refusals import Refusal
from recommender.serving.visits import Caller

log = structlog.get_logger()

CALLERS_FAULT = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.CANCELLED,
    }
)
"""Codes that say nothing about the server; such calls are logged only where all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A call that has ended.

    rpc: as in `RecommendationService/RecommendPeople`. tenant: empty where it is not known.
    started: `time.perf_counter()` when work on it began; seconds: how long that took.
    stages: seconds by stage. refusal: None where it was answered.
    """

    rpc: str
    tenant: str
    request_id: str
    started: float
    seconds: float
    stages: dict[str, float]
    refusal: Refusal | None = None
    error: Exception | None = None

    @property
    def code(self) -> str:
        """The name of the gRPC code."""
        return "OK" if self.refusal is None else self.refusal.code.name


class Tracer(Protocol):
    """Takes calls that have ended as spans."""

    def ended(self, ended: Ended, traceparent: str) -> None:
        """Take one; must not raise or wait. traceparent: the caller's place in a trace, or ''."""
        ...

    def stop(self) -> None:
        """Send what is left, and end."""
        ...


class Reporter:
    """What is done with calls that have ended; `book` takes note of those of one RPC and tenant."""

    def __init__(self, config: ServeConfig, counts: Counts, tracer: Tracer | None = None) -> None:
        self.counts = counts
        self.tracer = tracer
        self.slow = config.slow_seconds if config.log_calls == "failures" else float("inf")
        self.log_all = config.log_calls == "all"
        self.log_none = config.log_calls == "none"

    def book(self, rpc: str, tenant: str) -> Book:
        """Takes note of calls of `rpc` by `tenant`."""
        return Book(self, rpc, tenant)


class Book:
    """Counts the calls of one RPC and tenant, logs those worth it, and hands all to a tracer."""

    def __init__(self, reporter: Reporter, rpc: str, tenant: str) -> None:
        self.rpc = rpc
        self.tenant = tenant
        self._reporter = reporter
        self._counts = reporter.counts
        self._answered = ("calls", rpc, "OK", tenant)
        self._time = ("call", rpc)
        # Most calls are answered in good time, and of them there is nothing to tell but the count.
        self._untold = 0.0 if reporter.tracer or reporter.log_all else reporter.slow

    def ended(
        self,
        request_id: str,
        started: float,
        call: CallContext | None,
        caller: Caller,
        refusal: Refusal | None = None,
        error: Exception | None = None,
    ) -> None:
        """Take note of a call that began at `started`, by `time.perf_counter()`."""
        seconds = time.perf_counter() - started
        mine = self._counts.mine
        mine.time(self._time, seconds)
        if call is not None:
            for stage, spent in call.stages.items():
                mine.time(("stage", stage), spent)
            for key, number in call.counts.items():
                mine.count(key, number)
        if refusal is None:
            mine.count(self._answered)
            if seconds < self._untold:
                return
        else:
            mine.count(("calls", self.rpc, refusal.code.name, self.tenant))
        self._tell(
            Ended(
                rpc=self.rpc,
                tenant=self.tenant,
                request_id=request_id,
                started=started,
                seconds=seconds,
                stages={} if call is None else call.stages,
                refusal=refusal,
                error=error,
            ),
            caller,
        )

    def _tell(self, ended: Ended, caller: Caller) -> None:
        reporter = self._reporter
        if reporter.log_all or (not reporter.log_none and self._notable(ended)):
            _say(ended)
        if reporter.tracer is not None:
            reporter.tracer.ended(ended, traceparent(caller))

    def _notable(self, ended: Ended) -> bool:
        if ended.refusal is None:
            return ended.seconds >= self._reporter.slow
        return ended.refusal.code not in CALLERS_FAULT


class Refused:
    """Refusals before any work, of which there may be thousands a second: counted, and logged once.

    To be used by one thread.
    """

    def __init__(self, config: ServeConfig, counts: Counts) -> None:
        self.counts = counts
        self._silent = config.log_calls == "none"
        self._said: dict[tuple[str, str], float] = {}
        self._since: dict[tuple[str, str], int] = {}

    def note(self, rpc: str, tenant: str, refusal: Refusal) -> None:
        """Take note of a refusal; the first of a reason and tenant in every second is logged."""
        mine = self.counts.mine
        mine.count(("calls", rpc, refusal.code.name, tenant))
        mine.count(("shed", refusal.reason))
        if self._silent:
            return
        key, now = (tenant, refusal.reason), time.monotonic()
        count = self._since[key] = self._since.get(key, 0) + 1
        if now - self._said.get(key, float("-inf")) >= 1:
            self._said[key], self._since[key] = now, 0
            log.warning(
                "refused",
                method=rpc,
                tenant=tenant,
                code=refusal.code.name,
                reason=refusal.reason,
                count=count,
            )


def _say(ended: Ended) -> None:
    """Log a call: never whom it was about."""
    facts: dict[str, object] = {
        "method": ended.rpc,
        "tenant": ended.tenant,
        "code": ended.code,
        "ms": round(ended.seconds * 1000, 3),
        "request_id": ended.request_id,
    }
    refusal = ended.refusal
    if refusal is not None and refusal.reference:
        log.error("call", **facts, reference=refusal.reference, exc_info=ended.error)
    elif refusal is not None:
        log.info("call", **facts, reason=refusal.reason)
    else:
        log.info("call", **facts)


def traceparent(caller: Caller) -> str:
    """The caller's place in a trace, as it came; empty where there is none."""
    for key, value in caller.invocation_metadata() or ():
        if key == "traceparent" and isinstance(value, str):
            return value
    return ""
