"""Calls a server and says what came of it: `… ADDRESS PID REQUESTS_FILE SECONDS RATE`.

RATE 0: closed loop, every channel calls again as soon as it has its answer. Else open loop: calls
start at random times, RATE a second, whatever became of those before, and their latency counts
from the time at which they were due.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import grpc

from tests.bench.empty_server import METHOD, SERVICE

CHANNELS = 4
WARM_SECONDS = 1.0
_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def requests_in(file: Path) -> list[bytes]:
    """The requests, one a line in hex."""
    return [bytes.fromhex(line) for line in file.read_text().split()]


def channels(address: str) -> list[grpc.Channel]:
    """Connections of their own: gRPC would share one between channels with the same options."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    return [grpc.insecure_channel(address, options) for _ in range(CHANNELS)]


class Load:
    """Calls in turn from a list of requests, for some seconds after warming up."""

    def __init__(self, address: str, pid: int, requests: list[bytes]) -> None:
        self.pid = pid
        self.requests: Iterator[bytes] = cycle(requests)
        # Bytes in, bytes out: the client should cost as little as it can.
        self.calls: list[grpc.UnaryUnaryMultiCallable[bytes, bytes]] = [
            channel.unary_unary(f"/{SERVICE}/{METHOD}") for channel in channels(address)
        ]
        self.latencies: list[float] = []
        self.refused = 0

    def closed(self, seconds: float) -> dict[str, float]:
        """As fast as the server answers, one call at a time on every channel."""
        counts = [0] * CHANNELS
        ending = time.perf_counter() + WARM_SECONDS + seconds

        def keep_calling(place: int) -> None:
            call = self.calls[place]
            while time.perf_counter() < ending:
                call(next(self.requests))
                counts[place] += 1

        threads = [threading.Thread(target=keep_calling, args=(i,)) for i in range(CHANNELS)]
        for thread in threads:
            thread.start()
        time.sleep(WARM_SECONDS)
        before, server, client = sum(counts), cpu_seconds(self.pid), time.process_time()
        started = time.perf_counter()
        time.sleep(max(ending - time.perf_counter() - 0.05, 0))
        wall = time.perf_counter() - started
        done, spent = sum(counts) - before, cpu_seconds(self.pid) - server
        used = time.process_time() - client
        for thread in threads:
            thread.join()
        return {"calls": done, "wall": wall, "server_cpu": spent, "client_cpu": used}

    def open(self, seconds: float, rate: float) -> dict[str, float]:
        """`rate` calls a second at times drawn from a seed; latencies in milliseconds."""
        draw, pending = random.Random(0), threading.Semaphore(0)
        due, sent = time.perf_counter(), 0
        warm, ending = due + WARM_SECONDS, due + WARM_SECONDS + seconds
        while due < ending:
            due += draw.expovariate(rate)
            time.sleep(max(due - time.perf_counter(), 0))
            future = self.calls[sent % CHANNELS].future(next(self.requests), timeout=10)
            future.add_done_callback(self._noting(due, due >= warm, pending))
            sent += 1
        for _ in range(sent):
            pending.acquire()
        ordered = sorted(self.latencies)
        return {
            "p50": 1e3 * ordered[len(ordered) // 2],
            "p99": 1e3 * ordered[int(len(ordered) * 0.99)],
            "refused": self.refused / sent,
        }

    def _noting(
        self, due: float, counts: bool, pending: threading.Semaphore
    ) -> Callable[[grpc.Future[bytes]], None]:
        def note(future: grpc.Future[bytes]) -> None:
            latency = time.perf_counter() - due
            if future.exception() is not None:
                self.refused += 1
            elif counts:
                self.latencies.append(latency)
            pending.release()

        return note


def main(address: str, pid: str, requests: str, seconds: str, rate: str) -> None:
    """Put load on a server and say in JSON what came of it."""
    load = Load(address, int(pid), requests_in(Path(requests)))
    asked = float(rate)
    told = load.open(float(seconds), asked) if asked else load.closed(float(seconds))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
