"""What is acknowledged is there afterwards, whatever happens to the process or the disk."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.domain.errors import StoreUnavailableError
from recommender.store import LearnerStore
from tests.store.values import activity, followed
from tests.store.writer import BATCH

ROOT = Path(__file__).parents[2]
KILLS = 4


def writer(url, name):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", url, name, "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_was_acknowledged_survives_a_killed_process(store, url):
    """Batches are there whole or not at all; every acknowledged one is."""
    chosen = random.Random(7)
    acknowledged = set()
    for kill in range(KILLS):
        process = writer(url, f"w{kill}")
        for _ in range(chosen.randrange(1, 40)):
            acknowledged.update(process.stdout.readline().split())
        process.send_signal(signal.SIGKILL)
        # What it still said before it died was acknowledged, too.
        acknowledged.update(
            each for line in process.stdout if line.endswith("\n") for each in line.split()
        )
        process.wait()
        process.stdout.close()
    reopened = LearnerStore.open(url, patience=30)
    events = {change.event_id.removeprefix("a") for _, change in followed(reopened)}
    with reopened.contents("t") as contents:
        fed = {each.event_id.removeprefix("f") for each in contents.feedback()}
    reopened.close()
    assert acknowledged
    assert acknowledged <= events
    assert events == fed
    assert len(events) % BATCH == 0


def test_a_second_store_of_a_process_takes_no_locks_away(file_store, tmp_path):
    """Locks belong to the process: closing the file once would let go of all, and of the log.

    Another process that closes the database would then take it for its own, and cut off the log
    that this one writes to.
    """
    url = f"sqlite:///{tmp_path / 'learners.db'}"
    second = LearnerStore.open(url)
    with file_store.writing("t") as work:
        work.add_events([activity(1)])
    code = f"from recommender.store import LearnerStore as s; s.open({url!r}).close()"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=environ, cwd=ROOT, check=True)
    assert (tmp_path / "learners.db-wal").exists()
    with file_store.writing("t") as work:
        work.add_events([activity(2)])
    assert [number for number, _ in followed(second)] == [1, 2]
    second.close()


FULL = """
import resource, signal, sys
from recommender.domain.errors import StoreUnavailableError
from recommender.store import LearnerStore
from tests.store.values import activity, followed

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = LearnerStore.open(sys.argv[1])
taken = []

def write(number):
    ids = [f"{number}-{n}" for n in range(50)]
    with store.writing("t") as work:
        work.add_events([activity(each) for each in ids])
    taken.extend(ids)

def there():
    return {change.event_id.removeprefix("a") for _, change in followed(store)}

write(0)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
number, refused = 1, 0
while refused < 3:
    try:
        write(number)
    except StoreUnavailableError as error:
        assert "full" in str(error) or "I/O" in str(error), error
        refused += 1
    number += 1
    assert number < 5000, "the disk never filled"
assert there() == set(taken), "what was acknowledged is lost while the disk is full"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
write(number)
assert there() == set(taken)
store.close()
store = LearnerStore.open(sys.argv[1])
assert there() == set(taken)
print(len(taken))
"""


@pytest.mark.parametrize("size", [300_000, 1_000_000])
def test_a_full_disk_refuses_and_loses_nothing(tmp_path, size):
    """Writes fail with a clear error, reads go on, and with space again so do writes."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", FULL, f"sqlite:///{tmp_path / 'learners.db'}", str(size)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 100


FAILING = """
import sys
from recommender.domain.errors import StoreUnavailableError
from recommender.store import LearnerStore
from tests.store.values import activity, followed

store = LearnerStore.open(sys.argv[1])
taken, refused = set(), 0
for number in range(20):
    try:
        with store.writing("t") as work:
            work.add_events([activity(number)])
        taken.add(f"a{number}")
    except StoreUnavailableError:
        refused += 1
assert {change.event_id for _, change in followed(store)} == taken
print(len(taken), refused)
"""


def test_what_the_disk_did_not_take_is_not_acknowledged(tmp_path):
    """One flush to the disk fails: that write is refused and undone, all others are there."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace, which makes a flush fail, is not on this machine")
    fault = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=9"]
    url = f"sqlite:///{tmp_path / 'learners.db'}"
    done = subprocess.run(
        [strace, "-f", "-qq", "-o", "/dev/null", *fault, sys.executable, "-c", FAILING, url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["19", "1"]


def test_a_database_that_vanishes_is_an_error_of_the_store(file_store, tmp_path):
    """Callers have one error to look for, whatever SQLite says."""
    with file_store.writing("t") as work:
        work.add_events([activity(1)])
    file_store.close()
    (tmp_path / "learners.db").write_bytes(b"no database any more " * 1000)
    with pytest.raises(StoreUnavailableError):
        file_store.position("t")
    with pytest.raises(StoreUnavailableError), file_store.writing("t"):
        raise AssertionError("it was opened")
