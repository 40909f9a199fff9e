"""An export that is killed, fails, or meets another: nobody sees half of it, and it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recommender.batch import Asked, export, plan
from recommender.batch.folder import Folder
from recommender.batch.part import parts_of
from recommender.domain import writing
from recommender.domain.errors import BusyError, InputDataError, OutputError
from recommender.domain.locking import hold
from recommender.domain.versions import MANIFEST, verify_files
from tests.cli.conftest import run_here
from tests.recommender.exported import rows_of

PLN = Path(sys.executable).parent / "pln"
ASKED = Asked(top=5, people_per_part=2)
NOW = datetime(2026, 3, 1)


@pytest.fixture
def model(built):
    return built("workplaces").model_folder


@pytest.fixture
def whole(model, tmp_path):
    """The bytes of the export when nothing happens to it."""
    export(model, tmp_path / "whole", ASKED, workers=1)
    return content(tmp_path / "whole")


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def failing_after(count, monkeypatch):
    """Let the disk be full once so many parts were kept."""
    keep, left = Folder.keep, [count]

    def limited(self, made):
        left[0] -= 1
        if left[0] < 0:
            raise OutputError("no room")
        keep(self, made)

    monkeypatch.setattr(Folder, "keep", limited)


def break_off(count, monkeypatch, *arguments, **more):
    """Begin an export that fails once so many parts were kept."""
    with monkeypatch.context() as patch:
        failing_after(count, patch)
        with pytest.raises(OutputError):
            make(*arguments, **more)


def make(model, out, asked=ASKED, **more):
    return export(model, out, asked, **{"workers": 1, **more})


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_was_made_is_not_made_again(model, whole, tmp_path, monkeypatch, count):
    """And comes out the same."""
    break_off(count, monkeypatch, model, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert make(model, tmp_path / "out").resumed == count
    assert content(tmp_path / "out") == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]


def test_a_part_that_is_gone_is_made_again(model, whole, tmp_path, monkeypatch):
    """Or one that was cut short by a machine that lost its power."""
    break_off(3, monkeypatch, model, tmp_path / "out")
    lists = tmp_path / ".pln-export-out" / "lists"
    (lists / "part-00000.parquet").unlink()
    os.truncate(lists / "part-00001.parquet", 10)
    assert make(model, tmp_path / "out").resumed == 1
    assert content(tmp_path / "out") == whole


def test_yesterdays_lists_stay_until_todays_are_whole(built, model, tmp_path, monkeypatch):
    """Whatever happens in between."""
    out = tmp_path / "out"
    make(built("two_cliques").model_folder, out)
    before = content(out)
    break_off(2, monkeypatch, model, out)
    assert content(out) == before
    make(model, out)
    assert {row["model"] for row in rows_of(out)} == {model.name}


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("other settings", {"asked": Asked(top=4, people_per_part=2)}),
        ("a day later", {"clock": lambda: NOW + timedelta(days=1)}),
        ("begun too early", {"not_before": NOW + timedelta(microseconds=1)}),
    ],
)
def test_an_unfinished_export_of_something_else_is_dropped(
    model, tmp_path, monkeypatch, what, more
):
    """Or one that has waited for too long; and it is said."""
    break_off(2, monkeypatch, model, tmp_path / "out", clock=lambda: NOW)
    steps = []
    later = {"clock": lambda: NOW, **more}
    report = make(model, tmp_path / "out", progress=lambda step, *_: steps.append(step), **later)
    assert report.resumed == 0
    assert "dropping an unfinished export of something else" in steps
    verify_files(tmp_path / "out", json.loads((tmp_path / "out" / MANIFEST).read_bytes()))


def test_an_unfinished_export_that_is_young_enough_is_gone_on_with(model, tmp_path, monkeypatch):
    """To the microsecond."""
    break_off(2, monkeypatch, model, tmp_path / "out", clock=lambda: NOW)
    assert make(model, tmp_path / "out", clock=lambda: NOW, not_before=NOW).resumed == 2


@pytest.mark.parametrize("note", ["plan.json", "made-00000.json"])
def test_notes_that_cannot_be_read_are_as_good_as_none(model, whole, tmp_path, monkeypatch, note):
    """They are ours, but disks fail."""
    break_off(2, monkeypatch, model, tmp_path / "out")
    (tmp_path / ".pln-export-out" / note).write_bytes(b"\xff")
    make(model, tmp_path / "out")
    assert content(tmp_path / "out") == whole


def test_an_export_that_was_killed_when_all_was_out_only_tidies_up(
    model, whole, tmp_path, monkeypatch
):
    """Between the two last steps: what lies aside by then is yesterday's."""
    out = tmp_path / "out"
    make(model, out, Asked(top=2, people_per_part=2))
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "forget", lambda _: _interrupt())
        with pytest.raises(KeyboardInterrupt):
            make(model, out)
    assert content(out) == whole
    assert make(model, out).resumed == 4
    assert content(out) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]


@pytest.mark.parametrize("asked", [ASKED, Asked(top=3, people_per_part=2)])
def test_killed_between_two_renames_no_lists_are_lost(model, tmp_path, monkeypatch, asked):
    """Where no two folders can be swapped: whichever export comes next, yesterday's come back."""
    out, rename = tmp_path / "out", Path.rename
    make(model, out, Asked(top=2, people_per_part=2))
    before = content(out)

    def killed(self, target):
        if self.name == "lists":
            raise Killed
        return rename(self, target)

    monkeypatch.setattr(writing, "_exchange", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        patch.setattr(writing, "put_back", lambda *_: None)  # which a killed process does not
        with pytest.raises(Killed):
            make(model, out)
    assert not out.exists()
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "begin", lambda *_: _interrupt())
        with pytest.raises(KeyboardInterrupt):
            make(model, out, asked)
    assert content(out) == before
    make(model, out, asked)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert content(out) != before


def test_who_only_forgets_puts_lists_back_too(tmp_path):
    """Before all that is unfinished goes."""
    place = Folder(tmp_path / "out")
    old = place.work / "lists-old"
    old.mkdir(parents=True)
    (old / "part").touch()
    place.forget()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "part"]


class Killed(BaseException):
    """As if the process were gone."""


@pytest.mark.parametrize("count", [1, 4])
def test_what_is_out_and_damaged_is_made_again(model, whole, tmp_path, monkeypatch, count):
    """Though it is of the same model and settings, and so of the same name."""
    out = tmp_path / "out"
    make(model, out)
    damaged = bytearray(whole["part-00003.parquet"])
    damaged[10] ^= 1
    (out / "part-00003.parquet").write_bytes(damaged)
    if count < 4:
        break_off(count, monkeypatch, model, out)
    else:
        with monkeypatch.context() as patch:
            patch.setattr(Folder, "publish", lambda *_: _interrupt())
            with pytest.raises(KeyboardInterrupt):
                make(model, out)
    assert make(model, out).resumed == count
    assert content(out) == whole


def test_unknown_people_in_a_file_cost_nobody_an_unfinished_export(model, tmp_path, monkeypatch):
    """Whoever is unknown is found before it is dropped, or anything is written."""
    break_off(2, monkeypatch, model, tmp_path / "out")
    work = tmp_path / ".pln-export-out"
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    people = tmp_path / "people.txt"
    people.write_text("nobody")
    with pytest.raises(InputDataError, match="line 1: 'nobody'"):
        make(model, tmp_path / "out", people=people)
    assert {path: path.read_bytes() for path in work.rglob("*") if path.is_file()} == before
    assert make(model, tmp_path / "out").resumed == 2


def test_another_writer_of_files_makes_another_export(model, whole, tmp_path, monkeypatch):
    """The same rows may come to other bytes with another version of it."""
    break_off(2, monkeypatch, model, tmp_path / "out")
    monkeypatch.setattr(plan.pa, "__version__", "0.0.1")
    assert make(model, tmp_path / "out").resumed == 0


def _interrupt():
    raise KeyboardInterrupt


def test_the_second_of_two_says_so(model, tmp_path):
    """And touches nothing."""
    with (
        hold(tmp_path / ".pln-export-out.lock", "export to out"),
        pytest.raises(BusyError, match=r"another export to .*out is at work: process"),
    ):
        make(model, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_several_processes_make_the_same_bytes(model, whole, tmp_path):
    """In whatever order they finish."""
    report = make(model, tmp_path / "out", workers=2)
    assert content(tmp_path / "out") == whole
    assert report.people == len({row["person_id"] for row in rows_of(tmp_path / "out")})


def test_a_reader_never_finds_half_an_export(built, model, tmp_path):
    """At any moment there is a manifest, and the files that it names."""
    out, stop, seen = tmp_path / "out", threading.Event(), []
    other = built("two_cliques").model_folder
    make(model, out)

    def read():
        while not stop.is_set():
            handle = os.open(out, os.O_RDONLY)  # fails where there is no such folder for a moment
            try:
                names = set(os.listdir(handle))  # noqa: PTH208 - of this very folder
                opened = os.open(MANIFEST, os.O_RDONLY, dir_fd=handle)
                with os.fdopen(opened) as file:
                    named = set(json.load(file)["files"])
            except FileNotFoundError:
                continue  # yesterday's, which was removed while we looked at it
            finally:
                os.close(handle)
            seen.append(names - named == {MANIFEST} and named <= names)

    thread = threading.Thread(target=lambda: seen.append(_error(read)))
    thread.start()
    for _ in range(5):
        make(other, out)
        make(model, out)
    stop.set()
    thread.join()
    assert seen.pop() is None
    assert all(seen)


def _error(act):
    try:
        act()
    except OSError as error:
        return error
    return None


def children(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


@pytest.mark.parametrize("made", [0, 2])
def test_killed_at_any_moment_it_goes_on_where_it_was(model, whole, tmp_path, made):
    """Its processes end with it, and nothing of it is to be seen until it is begun again."""
    out, work = tmp_path / "out", tmp_path / ".pln-export-out"
    command = [PLN, "export", "--model", model, "--out", out, "--top", "5", "--workers", "2"]
    environ = os.environ | {"PLN_EXPORT_PEOPLE_PER_PART": "2"}
    job = subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while len(list(work.glob("made-*"))) < made or not (work / "plan.json").exists():
        assert job.poll() is None or out.exists()
        if out.exists():
            break  # it was faster than we
        time.sleep(0.001)
    helpers = [] if job.poll() is not None else children(job.pid)
    job.send_signal(signal.SIGKILL)
    job.wait()
    while any(Path(f"/proc/{pid}/stat").exists() and not _over(pid) for pid in helpers):
        time.sleep(0.01)
    if out.exists():
        assert content(out) == whole
        made = 0
    assert make(model, out).resumed >= made
    assert content(out) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]


def _over(pid):
    """Whether a process has ended, and only waits to be counted."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"


def test_a_disk_that_is_full_leaves_what_was_there(model, whole, tmp_path):
    """In one line; with room again the same command does it."""
    out = tmp_path / "out"
    code = (
        "import resource, sys; from recommender.cli import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY)); "
        "main(sys.argv[1:])"
    )
    words = ["export", "--model", model, "--out", out, "--top", "5", "--workers", "1"]
    environ = os.environ | {"PLN_EXPORT_PEOPLE_PER_PART": "2"}
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert "out cannot be written (File too large)" in last
    assert "run the same command again" in last
    assert not out.exists()
    again = run_here(*words, environ={"PLN_EXPORT_PEOPLE_PER_PART": "2"})
    assert again.returncode == 0, again.stderr
    assert content(out) == whole


def test_everybody_is_in_one_part():
    """In order; nobody at all makes one empty part."""
    assert [part.people for part in parts_of([3, 1, 2], ["x"], 2)] == [(3, 1), (2,)]
    assert [part.gone for part in parts_of([3, 1, 2], ["x"], 2)] == [(), ("x",)]
    assert [part.people for part in parts_of([], [], 2)] == [()]


def test_the_clock_is_not_in_the_bytes(model, whole, tmp_path):
    """Where no learner store is looked at, an export is the same whenever it is made."""
    make(model, tmp_path / "out", clock=lambda: datetime.now(UTC).replace(tzinfo=None, year=2000))
    assert content(tmp_path / "out") == whole
