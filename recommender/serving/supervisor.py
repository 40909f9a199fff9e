"""Keeps worker processes alive. Free of gRPC, which does not survive a fork."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from recommender.serving.signals import STOP, Signals

log = structlog.get_logger()

REFUSED = 2
"""The exit code of a worker that cannot have its model or address, and has said why."""
MOST_CRASHES = 5
CRASH_WINDOW_SECONDS = 60.0
FIRST_BACK_OFF_SECONDS = 0.1
ENDED_WELL = {None, 0, -signal.SIGTERM}
"""What a worker that was asked to end may say: nothing yet, done, or not even begun."""
POLL_SECONDS = 1.0
"""How often workers are looked at even if no signal tells of a death."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment of workers: a process per core, so libraries need no threads of their own."""


@dataclass(slots=True)
class Worker:
    """One worker: its command, its process while it lives, and when it crashed lately.

    due: monotonic seconds before which it is not started again.
    """

    index: int
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    crashes: deque[float] = field(default_factory=deque)
    starts: int = 0
    due: float = 0.0

    def start(self) -> None:
        """Start the process, in a session of its own: Ctrl-C is for the supervisor to pass on."""
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            self.command, env={**os.environ, **ONE_THREAD}, start_new_session=True
        )
        self.starts += 1
        log.info("worker started", worker=self.index, pid=self.process.pid, starts=self.starts)

    def send(self, number: signal.Signals) -> None:
        """Pass a signal on, if there is still anybody to pass it to."""
        if self.process is not None:
            self.process.send_signal(number)

    def reap(self) -> int | None:
        """The exit code of a process that has ended since; None where there is none."""
        code = None if self.process is None else self.process.poll()
        if code is not None:
            self.process = None
        return code

    def crashed(self, now: float) -> bool:
        """Note a crash; whether the worker may be started again, which `due` then delays."""
        self.crashes.append(now)
        while now - self.crashes[0] > CRASH_WINDOW_SECONDS:
            self.crashes.popleft()
        self.due = now + FIRST_BACK_OFF_SECONDS * 2 ** (len(self.crashes) - 1)
        return len(self.crashes) < MOST_CRASHES


class Supervisor:
    """Runs one worker per command until a signal asks for an end.

    drain_seconds: how long workers may take to end once asked, before they are killed.
    """

    def __init__(self, commands: Sequence[Sequence[str]], drain_seconds: float) -> None:
        self.workers = [Worker(index, command) for index, command in enumerate(commands)]
        self.drain_seconds = drain_seconds

    def run(self) -> int:
        """Start, watch and restart. 0: asked to end, and all ended well; else 1."""
        with Signals(STOP | {signal.SIGCHLD}) as signals:
            asked = self._watch(signals)
            log.info("stopping", asked=asked)
            clean = self._stop(signals)
        return 0 if asked and clean else 1

    def _watch(self, signals: Signals) -> bool:
        """Keep workers alive; True once asked to end, False where one cannot be kept alive."""
        while True:
            now = time.monotonic()
            if not all(self._tend(worker, now) for worker in self.workers):
                return False
            waiting = [w.due - now for w in self.workers if w.process is None]
            if signals.wait(max(0.0, min([POLL_SECONDS, *waiting]))) in STOP:
                return True

    def _tend(self, worker: Worker, now: float) -> bool:
        """Start a worker that is due, note one that has died; False where it is given up."""
        code = worker.reap()
        if code is not None:
            log.error("worker died", worker=worker.index, code=code)
            refused_at_once = code == REFUSED and worker.starts == 1
            if refused_at_once or not worker.crashed(now):
                log.error("worker given up", worker=worker.index, crashes=len(worker.crashes))
                return False
        if worker.process is None and worker.due <= now:
            worker.start()
        return True

    def _stop(self, signals: Signals) -> bool:
        """Ask all workers to end, pass signals on, kill who is late; whether all ended well."""
        for worker in self.workers:
            worker.send(signal.SIGTERM)
        deadline = time.monotonic() + self.drain_seconds
        clean = True
        while any(worker.process for worker in self.workers):
            number = signals.wait(POLL_SECONDS / 10)
            late = time.monotonic() > deadline
            for worker in self.workers:
                if late or number in STOP:
                    worker.send(signal.SIGKILL if late else signal.SIGTERM)
                clean = worker.reap() in ENDED_WELL and clean
        return clean
