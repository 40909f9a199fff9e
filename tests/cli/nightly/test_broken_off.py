"""A night that breaks off at any moment and is started again: as if nothing had happened."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from recommender.commands.nightly.journal import Journal
from recommender.domain import writing
from tests.cli.conftest import ENVIRON
from tests.cli.nightly import world


class Killed(BaseException):
    """The process is gone, as far as anything that is written can tell."""


@pytest.fixture
def fragile(monkeypatch):
    """Ends the run right before it puts a file or folder in its place, once for each of them."""
    met = []
    rename, replace, os_replace = Path.rename, Path.replace, os.replace

    def perhaps(target):
        if Path(target).suffix in {".nbi", ".nbc"}:  # a loop that was compiled, no work of a night
            return
        name = re.sub(r"^.*/host/|\d{8}T\d{6}(-\w+)?|\.pln-aside-\w+", "", str(target))
        if name.endswith("journal.json"):
            name += str(len(getattr(Journal.read(Path(target)), "steps", {})))
        if "-broken" not in name and name not in met:
            met.append(name)
            raise Killed(name)

    def before(act):
        def wrapped(source, target):
            perhaps(target)
            return act(source, target)

        return wrapped

    monkeypatch.setattr(Path, "rename", before(rename))
    monkeypatch.setattr(Path, "replace", before(replace))
    monkeypatch.setattr(os, "replace", before(os_replace))
    monkeypatch.setattr(writing, "_exchange", before(writing._exchange))
    return met


def test_killed_before_each_file_it_writes_a_run_ends_as_if_nothing_had_happened(
    host, first_night, second_night, fragile
):
    """At each moment the old model or the new one is in force, and the lists are of either."""
    old, new = world.in_force(first_night), world.in_force(second_night)
    done = None
    while done is None:
        with suppress(Killed):
            done = world.night(host)
        assert (world.in_force(host), world.lists_of(host)) in {(old, old), (new, old), (new, new)}
    assert done.returncode == 0, done.stderr
    told = world.report(host)
    assert told["model_before"] == world.facts(told, "publish")["before"] == old
    assert {"models/CURRENT", "snapshots/CURRENT", "out/lists", "work/latest"} <= set(fragile)
    assert {f"work/journal.json{n}" for n in range(6)} <= set(fragile)
    assert len(fragile) >= 15
    assert world.bytes_of(host) == world.bytes_of(second_night)


KILLED = [
    ("train: learning vectors", signal.SIGKILL, {"ingest": "resumed"}),
    ("publish: checking", signal.SIGKILL, {"ingest": "resumed", "train": "resumed"}),
    ("ingest: checking goals", signal.SIGTERM, {"train": "done"}),
]


@pytest.mark.parametrize(("when", "how", "kept"), KILLED, ids=lambda each: str(each)[:30])
def test_a_process_that_is_killed_is_gone_on_with(host, first_night, second_night, when, how, kept):
    """The old model is in force meanwhile; what was done is not done again; it ends the same."""
    command = [sys.executable, "-m", "recommender.cli", "nightly"]
    with subprocess.Popen(
        command, cwd=host, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=ENVIRON, text=True
    ) as process:
        for line in process.stderr:
            if when in line:
                process.send_signal(how)
                break
        _, said = process.communicate()
    if how == signal.SIGTERM:
        assert process.returncode == 130, said
        assert world.report(host)["outcome"] == "interrupted"
    else:
        assert process.returncode == -how
        assert world.in_force(host) == world.in_force(first_night)
        assert world.report(host)["outcome"] == "running"
    done = world.night(host)
    assert done.returncode == 0, done.stderr
    told = world.report(host)
    assert kept.items() <= world.states(told).items()
    assert told["notes"] == [f"goes on with run {told['run']}, which broke off"]
    assert world.bytes_of(host) == world.bytes_of(second_night)


@pytest.fixture
def broken_off(host, monkeypatch):
    """A night that broke off when the model was trained."""

    def end(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("recommender.commands.nightly.steps.publish.activate", end)
        with pytest.raises(Killed):
            world.night(host)
    return host


def test_what_is_gone_on_with_is_only_what_still_counts(broken_off, tmp_path):
    """Not on request, after the data changed, or too late; a dry run says which."""

    def said(*words):
        return json.loads(world.night(folder, "--dry-run", "--json", *words).stdout)

    folder = broken_off
    assert said()["run"].startswith("goes on with")
    assert said()["steps"]["train"] == "is done already"
    assert "--anew was given" in said("--anew")["run"]
    assert "settings have changed" in said("--allow-shrunk")["run"]
    world.write_settings(folder, "resume_hours = 0")
    assert "not of the last 0 hours" in said()["run"]
    world.write_settings(folder)
    world.cut(folder, "goals", 0.9)
    assert "data or settings have changed" in said()["run"]


def test_a_step_is_done_anew_where_its_settings_or_its_work_changed(broken_off):
    """And no step before it; a damaged model is mended."""
    world.write_settings(broken_off, rest="[export]\ntop = 3")
    [model] = {p.name for p in (broken_off / "models").iterdir() if p.is_dir()} - {
        world.in_force(broken_off)
    }
    damaged = broken_off / "models" / model / "price.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    done = world.night(broken_off)
    assert done.returncode == 0, done.stderr
    states = world.states(world.report(broken_off))
    assert (states["ingest"], states["train"], states["export"]) == ("resumed", "done", "done")
    assert world.in_force(broken_off) == model
    manifest = json.loads((broken_off / "out" / "lists" / "manifest.json").read_text())
    assert manifest["settings"]["top"] == 3
