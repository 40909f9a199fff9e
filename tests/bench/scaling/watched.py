"""A command from outside: how long it takes, what it computes, and what it holds at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.children import ROOT

EVERY_SECONDS = 1.0
"""How often memory is looked at."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command and all processes that it starts took.

    seconds: of wall time; cpu_seconds: user and system. peak_gb: 10⁹ bytes that they held together
    at once, what they share counted once.
    """

    seconds: float
    cpu_seconds: float
    peak_gb: float


def watched(words: Sequence[object], log: Path) -> Spent:
    """Run `pln` with these words to its end. What it says goes to `log`; raises where it fails."""
    command = [sys.executable, "-m", "recommender.cli", *map(str, words)]
    before, started = os.times(), time.perf_counter()
    peak = [0.0]
    with (
        log.open("w") as said,
        subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT) as job,
    ):
        over = threading.Event()
        looking = threading.Thread(target=_look, args=(job.pid, peak, over))
        looking.start()
        code = job.wait()
        over.set()
        looking.join()
    after, seconds = os.times(), time.perf_counter() - started
    if code:
        raise RuntimeError(f"pln {words[0]} failed:\n{log.read_text()[-2000:]}")
    spent = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return Spent(seconds, spent, peak[0])


def _look(pid: int, peak: list[float], over: threading.Event) -> None:
    while not over.wait(EVERY_SECONDS):
        peak[0] = max(peak[0], sum(_pss(each) for each in _family(pid)) / 1e9)


def _family(pid: int) -> Iterator[int]:
    """A process and all that come from it."""
    yield pid
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _pss(pid: int) -> int:
    """Bytes of a process, of shared pages its share; 0 where it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
