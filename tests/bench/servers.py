"""Servers in processes of their own: started, watched by their logs, and ended."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.children import ROOT, command

LONGEST_SECONDS = 120.0
"""A server that is not ready, or does not do what it is told, within this fails the run."""
METRICS_STEPS = 2000


@dataclass(frozen=True, slots=True)
class Worker:
    """Where one process listens; health and metrics are empty where it has none."""

    address: str
    health: str
    metrics: str
    pid: int


@dataclass(frozen=True, slots=True)
class Server:
    """A server, or the supervisor of several workers. Its log goes to a file."""

    process: subprocess.Popen[bytes]
    log: Path

    def events(self, name: str) -> list[dict[str, Any]]:
        """What the log has of one kind of event."""
        lines = self.log.read_text().splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [event for event in found if event["event"] == name]

    @property
    def workers(self) -> list[Worker]:
        """Those that listen now, by address."""
        newest = {event["address"]: event for event in self.events("listening")}
        return [
            Worker(
                address,
                event.get("health_address", ""),
                event.get("metrics_address", ""),
                int(event.get("pid", self.process.pid)),
            )
            for address, event in sorted(newest.items())
        ]

    def wait_for(self, true: Callable[[], bool], what: str) -> None:
        """Return once `true` is so; raises RuntimeError where the server ends or is too late."""
        late = time.monotonic() + LONGEST_SECONDS
        while not true():
            if self.process.poll() is not None or time.monotonic() > late:
                raise RuntimeError(f"no {what}:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.01)

    def ready(self, workers: int) -> bool:
        """Whether so many workers listen and take calls."""
        found = self.workers
        return len(found) == workers and all(_ready(worker) for worker in found)


@contextmanager
def serving(log: Path, module: str, *arguments: object, workers: int = 1) -> Iterator[Server]:
    """Keep a server alive whose workers all take calls. Its log goes to the file `log`."""
    with starting(log, module, *arguments) as server:
        server.wait_for(lambda: server.ready(workers), "server that is ready")
        yield server


@contextmanager
def starting(log: Path, module: str, *arguments: object) -> Iterator[Server]:
    """Start a server, and end it at last."""
    with log.open("w") as file:
        process = subprocess.Popen(command(module, *arguments), cwd=ROOT, stderr=file)
        try:
            yield Server(process, log)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ours(folder: Path, model: Path, workers: int = 1) -> tuple[Path, tuple[object, ...]]:
    """Log and command line of our server, with an empty learner store and ports of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("learners.db*"):
        old.unlink()
    arguments = (
        *("recommender.cli", "serve", "--model", model, "--workers", workers),
        *("--listen", f"127.0.0.1:{free_ports(workers)}"),
        *("--store", f"sqlite:///{folder / 'learners.db'}"),
    )
    return folder / "log", arguments


@contextmanager
def our_server(folder: Path, model: Path, workers: int = 1) -> Iterator[Server]:
    """Keep our server alive, with the settings it has by itself."""
    log, arguments = ours(folder, model, workers)
    with serving(log, *map(str, arguments), workers=workers) as server:
        yield server


def free_ports(workers: int) -> int:
    """The first of so many ports in a row that are free, with those of probes and metrics.

    Below those that the system hands out by itself, so that a restarted worker finds its own again.
    """
    for first in range(21_000, 28_000, 10):
        wanted = [first + step + i for step in (0, 1000, METRICS_STEPS) for i in range(workers)]
        with ExitStack() as held:
            try:
                for port in wanted:
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no free ports between 21000 and 30000")


def _ready(worker: Worker) -> bool:
    """Whether a worker says so; one without metrics takes calls once it listens."""
    if not worker.metrics:
        return True
    try:
        with urllib.request.urlopen(f"http://{worker.metrics}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
