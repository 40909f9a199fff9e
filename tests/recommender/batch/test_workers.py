"""Processes that share out parts: they say what they cannot do, and end when they are told to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recommender.batch import Asked
from recommender.batch.folder import Folder
from recommender.batch.opening import Job
from recommender.batch.part import Part
from recommender.batch.table import SCHEMA
from recommender.batch.workers import Work, made_by
from recommender.domain.errors import CorruptVersionError, OutputError
from recommender.domain.slate import Kind

ROOT = str(Path(__file__).parents[3])
ASKED = Asked(kinds=(Kind.PEOPLE,))
QUICK, SLOW = 0, 1

INTERRUPTED = """
import sys
from tests.recommender.batch.test_workers import ASKED, Slowly, made
try:
    made(Slowly(sys.argv[1]), sys.argv[1] + "/out")
except KeyboardInterrupt:
    sys.exit(130)
"""


class Slowly:
    """A job and its lists: those of SLOW people take for ever."""

    asked = ASKED

    def __init__(self, folder):
        self.folder = folder

    def open(self):
        return self

    def tables(self, people, kind):
        Path(self.folder, f"{people[0]}-{os.getpid()}").touch()
        if people[0] == SLOW:
            time.sleep(1000)
        yield 1, SCHEMA.empty_table()


class Starved(Slowly):
    """A job that there is no memory for."""

    def open(self):
        raise MemoryError


def made(job, out, workers=2):
    """Two parts by two processes, unless one is enough."""
    Folder(Path(out)).begin("run")
    parts = [Part(number=number, people=(number,)) for number in (QUICK, SLOW)]
    return list(made_by(workers, Work(job=job, out=str(out), run="run"), parts, lambda _: None))


def test_a_model_that_is_gone_is_named(model, tmp_path, capfd):
    """As where it is removed while the export begins; in one line, and no process says more."""
    job = Job.pinned(model, ASKED)
    shutil.rmtree(model)
    with pytest.raises(OutputError, match=f"{model.name} was replaced or removed"):
        made(job, tmp_path / "out")
    assert capfd.readouterr().err == ""


def test_a_model_that_is_damaged_is_named(model, tmp_path, capfd):
    """By the error that says which file it is."""
    job = Job.pinned(model, ASKED)
    (model / "community.npy").write_bytes(b"")
    with pytest.raises(CorruptVersionError, match="community"):
        made(job, tmp_path / "out", workers=1)
    assert capfd.readouterr().err == ""


def test_want_of_memory_has_a_remedy(tmp_path, capfd):
    """Also where the process lives to tell of it."""
    with pytest.raises(OutputError, match="fewer workers"):
        made(Starved(str(tmp_path)), tmp_path / "out", workers=1)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("begun", [0, 2])
def test_told_to_stop_nothing_works_on(tmp_path, begun):
    """By Ctrl-C, which reaches every process: one that starts, that is busy, or has nothing to do.

    Nobody prints anything, and of the part that was begun nothing is left.
    """
    command = [sys.executable, "-c", INTERRUPTED, tmp_path]
    environ = os.environ | {"PYTHONPATH": ROOT}
    job = subprocess.Popen(
        command, env=environ, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while len(workers(job.pid)) < 2 or len(list(tmp_path.glob("?-*"))) < begun:
        assert job.poll() is None, job.stderr.read()
        time.sleep(0.001)
    found = workers(job.pid)
    os.killpg(job.pid, signal.SIGINT)
    said = job.communicate(timeout=200)[1]
    assert (job.returncode, said) == (130, "")
    assert not any(Path(f"/proc/{pid}").exists() for pid in found)
    assert not list(tmp_path.glob(".pln-export-out/.making-*"))


def workers(pid):
    """The processes that were started to make parts."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        child for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
