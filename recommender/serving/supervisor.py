"""Keeps worker processes alive. Free of gRPC, which does not survive a fork."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from itertools import chain, repeat

import structlog

from recommender.serving.processes import Rolling, Worker
from recommender.serving.signals import HANG_UP, STOP, Signals

log = structlog.get_logger()

REFUSED = 2
"""The exit code of a worker that cannot have its model or address, and has said why."""
ENDED_WELL = {None, 0, -signal.SIGTERM}
"""What a worker that was asked to end may say: nothing yet, done, or not even begun."""
POLL_SECONDS = 1.0
"""How often workers are looked at even if no signal tells of a death."""
LONG_WAIT_SECONDS = 60.0
"""Until a worker is tried again that did not come back from a rolling restart."""


class Supervisor:
    """Runs one worker per command until a signal asks for an end.

    drain_seconds: how long workers may take to end once asked, before they are killed.
    said: what each worker reads from standard input; those behind the last have nothing to read.
    """

    def __init__(
        self,
        commands: Sequence[Sequence[str]],
        drain_seconds: float,
        said: Sequence[bytes] = (),
    ) -> None:
        pairs = zip(commands, chain(said, repeat(None)), strict=False)
        self.workers = [Worker(index, *pair) for index, pair in enumerate(pairs)]
        self.drain_seconds = drain_seconds
        self._rolling: Rolling | None = None

    def run(self) -> int:
        """Start, watch and restart. 0: asked to end, and all ended well; else 1."""
        with Signals(STOP | HANG_UP | {signal.SIGCHLD}) as signals:
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
            if self._rolling is not None and not self._rolling.step(now):
                log.info("rolling restart done")
                self._rolling = None
            waiting = [w.due - now for w in self.workers if w.process is None]
            poll = POLL_SECONDS if self._rolling is None else POLL_SECONDS / 20
            number = signals.wait(max(0.0, min([poll, *waiting])))
            if number in STOP:
                return True
            if number in HANG_UP and self._rolling is None:
                log.info("rolling restart", workers=len(self.workers))
                self._rolling = Rolling(self.workers, self.drain_seconds)

    def _tend(self, worker: Worker, now: float) -> bool:
        """Start a worker that is due, note one that has died; False where it is given up."""
        code = worker.reap()
        if worker.leaving is not None:
            if code is not None:
                log.info("worker ended", worker=worker.index, code=code)
                worker.leaving = None
            elif now > worker.leaving:
                worker.send(signal.SIGKILL)
        elif code is not None:
            log.error("worker died", worker=worker.index, code=code)
            refused_at_once = code == REFUSED and worker.starts == 1
            if (refused_at_once or not worker.crashed(now)) and not self._spared(worker, now):
                log.error("worker given up", worker=worker.index, crashes=len(worker.crashes))
                return False
        if worker.process is None and worker.due <= now:
            worker.start()
        worker.hear()
        return True

    def _spared(self, worker: Worker, now: float) -> bool:
        """Whether the service goes on without this worker, which will not live.

        One that was well until it was restarted on purpose must not take the others along.
        """
        if not (worker.replaced and any(other.ready for other in self.workers)):
            return False
        log.error("rolling restart given up", worker=worker.index)
        self._rolling = None
        worker.crashes.clear()
        worker.due = now + LONG_WAIT_SECONDS
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
