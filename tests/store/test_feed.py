"""Readers of changes miss nothing and see nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from recommender.domain.learner import Activity, Block, BlockLifted, Erasure, Learner
from recommender.store import LearnerStore
from tests.store.values import LONG_AGO, NOW, activity, block, followed
from tests.store.writer import BATCH

ROOT = Path(__file__).parents[2]
THREADS, PROCESSES, BATCHES = 6, 2, 15


def test_changes_come_in_the_order_in_which_they_were_made(store):
    """One number each, over all kinds of change."""
    with store.writing("t") as work:
        work.put_learner(Learner(person_id="ada"))
        work.add_events([activity(1)])
        work.put_block(block())
    with store.writing("t") as work:
        work.lift_block("ada", "bea")
        work.erase("eve")
    found = followed(store)
    assert [number for number, _ in found] == [1, 2, 4, 5]
    kinds = [type(change) for _, change in found]
    assert kinds == [Learner, Activity, BlockLifted, Erasure]
    assert store.position("t") == 5


def test_a_learner_who_changes_again_is_told_as_she_is_now(store):
    """At her newest number, and no longer at the one before."""
    for paused in (True, False):
        with store.writing("t") as work:
            work.put_learner(Learner(person_id="ada", paused=paused))
    ((number, learner),) = followed(store)
    assert (number, learner.paused, learner.version) == (2, False, 2)


def test_a_block_made_again_is_no_longer_lifted(store):
    """Readers that come late see the block alone."""
    with store.writing("t") as work:
        work.put_block(block())
        work.lift_block("ada", "bea")
        work.put_block(block())
    ((_, change),) = followed(store)
    assert isinstance(change, Block)


def test_pages_of_any_size_tell_the_same(store):
    """The limit decides only how often one has to ask."""
    with store.writing("t") as work:
        for number in range(6):
            work.put_learner(Learner(person_id=f"p{number}"))
            work.add_events([activity(number)])
            work.put_block(block(contact=f"c{number}"))
    whole = followed(store)
    assert len(whole) == 18
    for limit in (1, 2, 5, 17, 18, 19):
        assert followed(store, limit=limit) == whole


def test_old_events_are_left_out_and_nothing_else_is(store):
    """From the very time on that is asked for."""
    with store.writing("t") as work:
        work.add_events([activity(n, at=NOW + timedelta(seconds=n)) for n in range(4)])
        work.put_block(block())
    found = followed(store, since=NOW + timedelta(seconds=2))
    assert [number for number, _ in found] == [3, 4, 5]


def test_readers_miss_nothing_while_many_write(store, url):
    """Threads of this process and other processes write; a reader polls all along."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    others = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.writer", url, f"p{number}", str(BATCHES)],
            env=environ,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        for number in range(PROCESSES)
    ]
    reader = LearnerStore.open(url, patience=30)
    seen = []

    def read():
        page = reader.changes("t", seen[-1][0] if seen else 0, 11, LONG_AGO)
        seen.extend(page)
        return bool(page)

    def write(name):
        for batch in range(BATCHES):
            with store.writing("t") as work:
                ids = [f"{name}-{batch}-{number}" for number in range(BATCH)]
                work.add_events([activity(each) for each in ids])

    with ThreadPoolExecutor(THREADS) as pool:
        writers = [pool.submit(write, f"t{number}") for number in range(THREADS)]
        while any(not writer.done() for writer in writers) or any(p.poll() is None for p in others):
            read()
        for writer in writers:
            writer.result()
    while read():
        pass
    reader.close()
    assert [process.returncode for process in others] == [0] * PROCESSES
    numbers = [number for number, _ in seen]
    assert numbers == list(range(1, (THREADS + PROCESSES) * BATCHES * BATCH + 1))
    assert len({change.event_id for _, change in seen}) == len(numbers)
