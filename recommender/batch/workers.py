"""Makes parts on all cores: processes that map the same model and share nothing else."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from typing import Any

from recommender.batch.opening import Job, Making
from recommender.batch.part import Made, Part, Told, make_part
from recommender.batch.place import Place
from recommender.batch.places import place_at
from recommender.domain.errors import OutputError

POLL_SECONDS = 0.5
"""How often it is told how far the work is."""


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

    Raises OutputError where a process dies; parts that were kept are kept.
    """
    context = multiprocessing.get_context("spawn")  # a fork inherits locks of threads it has not
    done = context.Value("q", 0)
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(work, done))
    seen = 0
    try:
        waiting: set[Future[Made]] = {pool.submit(_make, part) for part in parts}
        while waiting:
            found, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
            now = int(done.value)
            told(now - seen)
            seen = now
            for each in found:
                yield each.result()
    except BrokenProcessPool:
        raise OutputError(
            "a worker process ended unasked, perhaps for want of memory; what is done so far is "
            "kept, so run the same command again, with fewer workers if need be"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(slots=True)
class _Begun:
    """What a process of the pool keeps between its parts."""

    lists: Making
    place: Place
    told: Told


_begun: list[_Begun] = []


def _begin(work: Work, done: Any) -> None:
    """Open the model in a new process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def told(count: int) -> None:
        with done.get_lock():
            done.value += count

    place = place_at(work.out)
    place.begin(work.run)
    _begun.append(_Begun(work.job.open(), place, told))


def _make(part: Part) -> Made:
    (begun,) = _begun
    return keep_part(begun.lists, part, begun.place, begun.told)


def _end_with_parent() -> None:
    """A job that was killed leaves nobody behind who writes on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
