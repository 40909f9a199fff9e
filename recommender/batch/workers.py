"""Makes parts on all cores: processes that map the same model and share nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from typing import Any

from recommender.batch.opening import Job, Making
from recommender.batch.part import Made, Part, Told, make_part
from recommender.batch.place import Place
from recommender.batch.places import place_at
from recommender.domain.errors import OutputError
from recommender.domain.interrupts import heard_later

POLL_SECONDS = 0.5
"""How often it is told how far the work is."""

_TIDY_SECONDS = 5.0
"""How long a process that is told to end may take to remove what it has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a process needs to begin. out, run: where parts are kept, see `Place`."""

    job: Job
    out: str
    run: str


def keep_part(lists: Making, part: Part, place: Place, told: Told) -> Made:
    """Make a part, and have the place keep its files."""
    with place.making() as folder:
        made = make_part(lists, part, folder, told)
        for name in made.files:
            place.keep(folder / name)
    return made


def made_here(lists: Making, parts: Sequence[Part], place: Place, told: Told) -> Iterator[Made]:
    """Parts made one after the other in this process."""
    for part in parts:
        yield keep_part(lists, part, place, told)


def made_by(workers: int, work: Work, parts: Sequence[Part], told: Told) -> Iterator[Made]:
    """Parts made by several processes, in the order in which they are done.

    Raises OutputError where a process dies, and what it raised itself where it cannot open the
    model or make a part. Whatever ends this, no process works on; parts that were kept are kept.
    """
    context = multiprocessing.get_context("spawn")  # a fork inherits locks of threads it has not
    done = context.Value("q", 0)
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(work, done))
    seen = 0
    try:
        with _ended(pool):
            waiting = _submitted(pool, parts)
            while waiting:
                found, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
                now = int(done.value)
                told(now - seen)
                seen = now
                for each in found:
                    yield each.result()
    except (BrokenProcessPool, MemoryError):
        raise OutputError(
            "a worker process ended unasked, perhaps for want of memory; what is done so far is "
            "kept, so run the same command again, with fewer workers if need be"
        ) from None


def _submitted(pool: ProcessPoolExecutor, parts: Sequence[Part]) -> set[Future[Made]]:
    """Give the pool all parts, which starts its processes.

    They are started deaf to Ctrl-C, which a terminal sends to them too: Python would answer it
    with a traceback before anything of ours runs there. So it would if this process left one
    before it has told it what to do.
    """
    with heard_later():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return {pool.submit(_make, part) for part in parts}
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _ended(pool: ProcessPoolExecutor) -> Iterator[None]:
    """Wait for the processes of the pool in the end; where the block fails, end them first."""
    try:
        yield
    except BaseException:
        _end(list(pool._processes.values()))
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _end(processes: Sequence[BaseProcess]) -> None:
    """End processes in the midst of their parts, by force if they do not listen."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(_TIDY_SECONDS)
        if process.is_alive():
            process.kill()


@dataclass(frozen=True, slots=True)
class _Errand:
    """What a process of the pool is there for."""

    work: Work
    told: Told


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a process of the pool keeps between its parts."""

    lists: Making
    place: Place


_errand: list[_Errand] = []
_begun: list[_Begun] = []


def _begin(work: Work, done: Any) -> None:
    """Make ready for parts; what can fail is left to the first, which can say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def told(count: int) -> None:
        with done.get_lock():
            done.value += count

    _errand.append(_Errand(work, told))


def _make(part: Part) -> Made:
    """Make a part. Told to end, the process does once it has removed what it has begun."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        begun = _opened()
        return keep_part(begun.lists, part, begun.place, _errand[0].told)
    except SystemExit:
        os._exit(1)  # or the pool would send it back, and give this process the next part
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(*_: object) -> None:
    raise SystemExit


def _opened() -> _Begun:
    """The model, opened for the first part."""
    if not _begun:
        work = _errand[0].work
        place = place_at(work.out)
        place.begin(work.run)
        _begun.append(_Begun(work.job.open(), place))
    return _begun[0]


def _end_with_parent() -> None:
    """A job that was killed leaves nobody behind who writes on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
