"""Who is at work on an export in an object store, and who is not any more."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from recommender.batch import lease
from recommender.batch.lease import Lease
from recommender.batch.objects import Objects
from recommender.domain.errors import BusyError, OutputError
from tests.objects import credentials, server

__all__ = ["credentials", "server"]

NAME = "work/lock.json"


@pytest.fixture
def objects(server):
    """Those of an empty prefix."""
    client = boto3.client("s3", endpoint_url=server[1])
    client.create_bucket(Bucket="lists")
    found = Objects(f"s3://lists/nightly?endpoint_override={server[1]}")
    yield found
    for name in found.sizes():
        found.delete(name)


def lock(objects, **facts):
    """Let the lock be another job's, of this process where nothing else is said."""
    usual = {
        "owner": "other",
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "renewed": datetime.now(UTC).isoformat(),
        "machine": lease._machine(),
        "started": lease._started(os.getpid()),
    }
    objects.put(NAME, json.dumps(usual | facts).encode())


def owner(objects):
    content = objects.get(NAME)
    return None if content is None else json.loads(content)["owner"]


def until(done):
    while not done():
        time.sleep(0.01)


def ended():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_who_comes_second_is_told_who_was_first(objects):
    """And the lock goes with the first."""
    with Lease(objects, NAME).held(0):
        said = rf"s3://lists/nightly is at work: process {os.getpid()} on .*, last heard of at 20"
        with pytest.raises(BusyError, match=said), Lease(objects, NAME).held(0):
            pass
        assert owner(objects) is not None
    assert objects.sizes() == {}


@pytest.mark.parametrize(
    "facts",
    [
        {"renewed": (datetime.now(UTC) - timedelta(hours=1)).isoformat()},
        {"renewed": "lately"},
        {"renewed": "2026-01-01T00:00:00"},
        {"pid": "one"},
        {"started": "1"},
    ],
)
def test_a_lock_of_a_job_that_was_killed_is_nobodys(objects, facts):
    """Not renewed, none at all, or of a process whose number another one has now."""
    lock(objects, **facts)
    with Lease(objects, NAME).held(0):
        assert owner(objects) != "other"


def test_a_job_that_was_killed_on_this_machine_is_not_waited_for(objects):
    """On another machine the number means another process."""
    lock(objects, pid=ended())
    with Lease(objects, NAME).held(0):
        assert owner(objects) != "other"
    lock(objects, pid=ended(), machine="another")
    with pytest.raises(BusyError), Lease(objects, NAME).held(0):
        pass


def test_a_lock_is_renewed_while_nothing_is_noted(objects, monkeypatch):
    """A part may take longer than a lock lasts."""
    monkeypatch.setattr(lease, "RENEWED", timedelta(milliseconds=1))
    with Lease(objects, NAME).held(0):
        first = objects.get(NAME)
        until(lambda: objects.get(NAME) != first)
    assert objects.sizes() == {}


def test_the_lock_of_somebody_else_stays(objects):
    """Whoever finds another's name in it gives way, and leaves it to her."""
    held = Lease(objects, NAME)
    with held.held(0):
        lock(objects)
        with pytest.raises(BusyError):
            held.check()
    assert owner(objects) == "other"


def test_whoever_lost_the_lock_has_lost_it(objects, monkeypatch):
    """Also where the other one is done by the time that it is noticed."""
    monkeypatch.setattr(lease, "RENEWED", timedelta(milliseconds=1))
    held = Lease(objects, NAME)
    with held.held(0):
        while not held._lost:
            lock(objects)
            time.sleep(0.01)
        objects.delete(NAME)
        with pytest.raises(BusyError, match="it has let go since"):
            held.check()


def test_what_went_wrong_is_told_and_not_that_the_lock_stays(objects, monkeypatch):
    """Which lapses by itself."""

    def away(*_):
        raise OutputError("the store is away")

    def work():
        with monkeypatch.context() as patch, Lease(objects, NAME).held(0):
            patch.setattr(Objects, "get", away)
            raise OutputError("no room")

    with pytest.raises(OutputError, match="no room"):
        work()


def test_notes_stay_and_are_not_read_when_it_is_over(objects, monkeypatch):
    """They are of an unfinished export."""
    read, asked = Objects.get, []

    def get(self, name):
        asked.append(name)
        return read(self, name)

    monkeypatch.setattr(Objects, "get", get)
    objects.put("work/plan.json", b"{}")
    with Lease(objects, NAME).held(0):
        pass
    assert set(asked) == {NAME}
    assert set(objects.sizes()) == {"work/plan.json"}
