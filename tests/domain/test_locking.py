"""A lock: one holder at a time, gone with its process, and it says who has it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from recommender.domain import locking
from recommender.domain.errors import BusyError, OutputError
from recommender.domain.locking import hold

HOLDER = """
import sys, time
from pathlib import Path
from recommender.domain.locking import hold
with hold(Path(sys.argv[1]), "run"):
    print("held", flush=True)
    time.sleep(1000)
"""

FULL = """
import resource, sys
from pathlib import Path
from recommender.domain.errors import OutputError
from recommender.domain.locking import hold
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
try:
    with hold(Path(sys.argv[1]), "run"):
        pass
except OutputError as error:
    print(error)
"""


@pytest.fixture
def held(tmp_path):
    """A process that has the lock, and the lock's path."""
    path = tmp_path / "lock"
    command = [sys.executable, "-c", HOLDER, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process, path
        process.kill()


def test_who_comes_second_is_told_who_was_first(held):
    """Which process on which machine, since when, on one line."""
    process, path = held
    with pytest.raises(BusyError) as caught, hold(path, "run"):
        pass
    said = str(caught.value)
    assert f"another run is at work: process {process.pid} on {os.uname().nodename} since 2" in said
    assert "\n" not in said


def test_a_lock_ends_with_its_process(held):
    """However that ends; what stands in the file is then no hindrance."""
    process, path = held
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert path.read_text() != ""
    with hold(path, "run"):
        pass


def test_a_lock_can_be_had_again(tmp_path):
    """Also after the block has failed; nothing is left of it."""
    path = tmp_path / "inner" / "lock"
    with pytest.raises(ZeroDivisionError), hold(path, "run"):
        raise ZeroDivisionError
    assert not path.exists()
    with hold(path, "run"), pytest.raises(BusyError), hold(path, "run"):
        pass


def test_a_lock_on_a_file_that_was_removed_is_none(tmp_path, monkeypatch):
    """Who opened it just before its holder let go takes the new one."""
    path, take = tmp_path / "lock", locking._take

    def slow(handle, place, what):
        monkeypatch.setattr(locking, "_take", take)
        place.unlink()  # as the holder does, between opening and locking
        take(handle, place, what)

    monkeypatch.setattr(locking, "_take", slow)
    with hold(path, "run"), pytest.raises(BusyError), hold(path, "run"):
        pass


@pytest.mark.parametrize("content", [b"", b"\xff", b"[1]", b"{}", b'{"pid": 1}', b"x" * 10_000])
def test_a_holder_who_says_nothing_sensible_is_one_line_too(tmp_path, content):
    """As when it has the lock but has not written yet."""
    path = tmp_path / "lock"
    with hold(path, "run"):
        path.write_bytes(content)
        with pytest.raises(BusyError, match="just begun"), hold(path, "run"):
            pass


def test_where_there_can_be_no_lock_the_place_is_named(tmp_path):
    """A file in the way of the folder; a link that might lead anywhere."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file/lock"), hold(tmp_path / "file" / "lock", "run"):
        pass
    (tmp_path / "lock").symlink_to(tmp_path / "file")
    with pytest.raises(OutputError, match="lock"), hold(tmp_path / "lock", "run"):
        pass


def test_a_disk_that_is_full_is_named_and_nothing_left_on_it(tmp_path):
    """Such a disk takes a new file, but nothing in it; with room again the lock can be had."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "lock"], capture_output=True, text=True, check=True
    )
    assert f"{tmp_path}/lock cannot be written (File too large); make room" in done.stdout
    assert list(tmp_path.iterdir()) == []
    with hold(tmp_path / "lock", "run"):
        pass
