"""Worker processes as the supervisor sees them, and their restart one by one. Free of gRPC."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()

MOST_CRASHES = 5
CRASH_WINDOW_SECONDS = 60.0
FIRST_BACK_OFF_SECONDS = 0.1
FIRST_RETRY_SECONDS = 1.0
"""After which gRPC first tries again to connect, where a caller says nothing else."""
READY_FD = "RECOMMENDER_READY_FD"
"""Variable with the number of a pipe to which a worker writes once it takes calls."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment of workers: a process per core, so libraries need no threads of their own."""
GIVING_BACK = {"MALLOC_MMAP_THRESHOLD_": str(1 << 20)}
"""Environment of workers, too: arrays of a megabyte or more give their memory back at once, which
glibc would keep for the next ones. Answers make none so large; what is done once for a model does.
"""


def say_ready() -> None:
    """Tell the supervisor, where there is one that listens, that this worker takes calls."""
    handle = os.environ.pop(READY_FD, "")
    if handle:
        os.write(int(handle), b"1")
        os.close(int(handle))


@dataclass(slots=True)
class Worker:
    """One worker: its command, its process while it lives, and when it crashed lately.

    said: what each of its processes reads from standard input; None: nothing of its own.
    due: monotonic seconds before which it is not started again.
    ready: whether its process takes calls.
    leaving: when it is killed, where it was asked to end so that another can take its place.
    replaced: it was asked so, and the other is not ready yet.
    """

    index: int
    command: Sequence[str]
    said: bytes | None = field(default=None, repr=False)
    process: subprocess.Popen[bytes] | None = None
    crashes: deque[float] = field(default_factory=deque)
    starts: int = 0
    due: float = 0.0
    ready: bool = False
    leaving: float | None = None
    replaced: bool = False
    pipe: int | None = None

    def start(self) -> None:
        """Start the process, in a session of its own: Ctrl-C is for the supervisor to pass on."""
        self.pipe, told = os.pipe()
        os.set_blocking(self.pipe, False)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own command line
                self.command,
                stdin=None if self.said is None else subprocess.PIPE,
                env={**GIVING_BACK, **os.environ, **ONE_THREAD, READY_FD: str(told)},
                start_new_session=True,
                pass_fds=(told,),
            )
        finally:
            os.close(told)
        if self.process.stdin is not None and self.said is not None:
            # One that has died already is found dead, like any other.
            with suppress(BrokenPipeError), self.process.stdin as to_worker:
                to_worker.write(self.said)
        self.starts += 1
        log.info("worker started", worker=self.index, pid=self.process.pid, starts=self.starts)

    def send(self, number: signal.Signals) -> None:
        """Pass a signal on, if there is still anybody to pass it to."""
        if self.process is not None:
            self.process.send_signal(number)

    def leave(self, late: float) -> None:
        """Have the process end; another is then started in its place."""
        if self.process is not None:
            self.send(signal.SIGTERM)
            self.leaving = late

    def hear(self) -> None:
        """Find out whether the process has said that it takes calls."""
        if self.pipe is None or self.ready:
            return
        with suppress(BlockingIOError):
            self.ready = os.read(self.pipe, 1) == b"1"
            if self.ready:
                log.info("worker ready", worker=self.index)

    def reap(self) -> int | None:
        """The exit code of a process that has ended since; None where there is none."""
        code = None if self.process is None else self.process.poll()
        if code is not None:
            self.process, self.ready = None, False
            if self.pipe is not None:
                os.close(self.pipe)
                self.pipe = None
        return code

    def crashed(self, now: float) -> bool:
        """Note a crash; whether the worker may be started again, which `due` then delays."""
        self.crashes.append(now)
        while now - self.crashes[0] > CRASH_WINDOW_SECONDS:
            self.crashes.popleft()
        self.due = now + FIRST_BACK_OFF_SECONDS * 2 ** (len(self.crashes) - 1)
        return len(self.crashes) < MOST_CRASHES


class Rolling:
    """Restarts workers one after the other, each only when the one before has its callers back.

    drain_seconds: how long each may take to end before it is killed.

    Callers try to connect again ever more seldom: after a worker was away for so long, they may
    need as long again to come back. Until then they must have the others.
    """

    def __init__(self, workers: Sequence[Worker], drain_seconds: float) -> None:
        self._left = deque(workers)
        self._drain_seconds = drain_seconds
        self._asked: float | None = None
        self._settled: float | None = None

    def step(self, now: float) -> bool:
        """Go on, if it is time; whether there is anything left to do."""
        worker = self._left[0]
        if self._asked is None:
            self._asked, worker.replaced = now, True
            worker.leave(now + self._drain_seconds)
        elif self._settled is None and worker.leaving is None and worker.ready:
            self._settled = now + (now - self._asked) + FIRST_RETRY_SECONDS
            worker.replaced = False
        if self._settled is not None and (now >= self._settled or len(self._left) == 1):
            self._left.popleft()
            self._asked = self._settled = None
        return bool(self._left)
