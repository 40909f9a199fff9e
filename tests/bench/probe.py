"""What callers of ours meet while others put load on a server: latency by outcome, and health.

h2load cannot tell an answer from a refusal, so a thin stream of our own calls does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.bench.h2load import PATH
from tests.bench.servers import Worker

OK = grpc.StatusCode.OK
SHED = grpc.StatusCode.RESOURCE_EXHAUSTED
HEALTH_EVERY_SECONDS = 0.5
_PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class Met:
    """What was met: milliseconds of calls by status, and whether each look found the server well.

    calls: latency counts from when a call was due. health: of the port for probes. working: of the
    port of calls.
    """

    calls: dict[grpc.StatusCode, list[float]] = field(default_factory=dict)
    health: list[bool] = field(default_factory=list)
    working: list[bool] = field(default_factory=list)

    def of(self, code: grpc.StatusCode) -> list[float]:
        """Milliseconds of the calls that ended so."""
        return self.calls.get(code, [])

    @property
    def other(self) -> dict[str, int]:
        """How many calls were neither answered nor shed, by what they ended with."""
        return {
            code.name: len(found) for code, found in self.calls.items() if code not in {OK, SHED}
        }


@contextmanager
def probing(worker: Worker, messages: Sequence[bytes], rate: float) -> Iterator[Met]:
    """Call a worker `rate` times a second and look at its health, in the background."""
    met, over = Met(), threading.Event()
    jobs: list[Callable[[], None]] = [
        lambda: _calls(worker.address, messages, rate, met, over),
        lambda: _looks(worker.health, met.health, over),
        lambda: _looks(worker.address, met.working, over),
    ]
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield met
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _calls(
    address: str, messages: Sequence[bytes], rate: float, met: Met, over: threading.Event
) -> None:
    pending, sent = threading.Semaphore(0), 0
    lock = threading.Lock()

    def noting(due: float) -> Callable[[grpc.Future[bytes]], None]:
        def note(future: grpc.Future[bytes]) -> None:
            took = 1e3 * (time.perf_counter() - due)
            with lock:
                met.calls.setdefault(_code(future), []).append(took)
            pending.release()

        return note

    with grpc.insecure_channel(address) as channel:
        # Bytes in, bytes out: what is measured is the server.
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(PATH)
        due = time.perf_counter()
        while not over.wait(max(due - time.perf_counter(), 0)):
            future = call.future(messages[sent % len(messages)], timeout=_PATIENCE_SECONDS)
            future.add_done_callback(noting(due))
            sent, due = sent + 1, due + 1 / rate
        for _ in range(sent):
            pending.acquire()


def _code(future: grpc.Future[bytes]) -> grpc.StatusCode:
    error = future.exception()
    return error.code() if isinstance(error, grpc.Call) else OK


def _looks(address: str, found: list[bool], over: threading.Event) -> None:
    with grpc.insecure_channel(address) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check  # type: ignore[attr-defined]
        while True:
            try:
                status = check(health_pb2.HealthCheckRequest(), timeout=1).status
            except grpc.RpcError:
                status = None
            found.append(status == health_pb2.HealthCheckResponse.SERVING)
            if over.wait(HEALTH_EVERY_SECONDS):
                return
