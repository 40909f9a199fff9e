"""A small community whose nights can go well or badly, as `pln nightly` sees it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq

from ingestion.sample import write_sample
from tests.cli.conftest import run_here

NIGHTLY = """
[nightly]
source = "tables"
snapshots = "snapshots"
models = "models"
lists = "out/lists"
work = "work"
"""
QUICK = """
[train]
embedding_size = 8
embedding_iterations = 3
ranker = "plain"
look_back = 2
[evaluate]
cutoffs = 1
resamples = 200
depth = 10
"""
MADE = ("snapshots", "models", "out")
"""What a run makes for others, beside its own folder."""


def write_settings(folder, nightly="", rest=""):
    """The settings file there, with more under [nightly], and more sections."""
    (folder / "pln.toml").write_text(f"{NIGHTLY}{nightly}\n{QUICK}{rest}")


def begin(folder):
    """A community with its settings, and a night that went well."""
    folder.mkdir()
    write_sample(folder / "tables", people=60, seed=3)
    write_settings(folder)
    done = night(folder)
    assert done.returncode == 0, done.stderr
    return folder


def table(folder, name):
    """A file of the host's."""
    [path] = (folder / "tables").glob(f"{name}.*")
    return path


def cut(folder, name, share):
    """Leave the first rows of a table of the host's."""
    path = table(folder, name)
    rows = pq.read_table(path)
    pq.write_table(rows.slice(0, int(len(rows) * share)), path)


def rename(folder, name, column, new):
    """Call a column of the host's otherwise."""
    path = table(folder, name)
    rows = pq.read_table(path)
    pq.write_table(
        rows.rename_columns([new if c == column else c for c in rows.column_names]), path
    )


def next_day(folder):
    """Let the host's data be others than the night before: a few rows fewer."""
    cut(folder, "activities", 0.98)


def night(folder, *words, **options):
    """`pln nightly`, within this process."""
    return run_here("nightly", *words, cwd=folder, **options)


def report(folder):
    """What the newest report says."""
    return json.loads((folder / "work" / "latest" / "report.json").read_text())


def states(told):
    """How far each step came."""
    return {step["name"]: step["state"] for step in told["steps"]}


def facts(told, name):
    """What a report says that a step made."""
    return next(step for step in told["steps"] if step["name"] == name)["facts"]


def versions(folder):
    """Names of what is published there."""
    return sorted(path.parent.name for path in folder.glob("[!.]*/manifest.json"))


def log(folder):
    """The lines of the newest log."""
    [path] = (folder / "work" / "latest").glob("nightly-*.log")
    return [json.loads(line) for line in path.read_text().splitlines()]


def in_force(folder):
    """The model that servers answer from."""
    return (folder / "models" / "CURRENT").read_text().strip()


def lists_of(folder):
    """The model that everyone's lists are of."""
    return json.loads((folder / "out" / "lists" / "manifest.json").read_text())["model"]


def bytes_of(folder: Path, *parts):
    """Every file that was made for others, but what is left of work that broke off, and stamps."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in parts or MADE
        for path in (folder / part).rglob("*")
        if path.is_file() and not any(each.startswith(".pln-") for each in path.parts)
    }


def copy(folder, to):
    """The same community elsewhere, with the times of its files."""
    return Path(shutil.copytree(folder, to, symlinks=True))
