"""Ingestion as `pln ingest` does it, held against bare DuckDB over the same files.

The target is meant for 20 million activities (`--people 330000`), the sizes of `memory` for a
hundred million (`--people 1650000`); there are 61 for each person.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ingestion.engine import quote
from tests.bench.children import Cost, run_step
from tests.bench.community import Community
from tests.bench.figures import Figure, Target, ratios

ROUNDS = 3
FORMS = ("parquet", "csv")
PEERS = {
    "bare_measures": "bare DuckDB with the same measures",
    "bare_counts": "bare DuckDB that only counts",
}
JOBS = ("ingest", *PEERS)
SHARES = (50, 5, 1)
"""Sizes whose memory is compared, as fractions of the whole community."""


def measure(community: Community) -> list[Figure]:
    """Rows a second and peak memory of our job and of the bare ones, in turns, by form of file."""
    return [figure for form in FORMS for figure in _of_form(community, form)]


def memory(whole: Community) -> list[Figure]:
    """Peak memory by size, which is to be bounded by the limit however much there is."""
    section = "memory: ingestion of Parquet with a limit of 2048 MiB for the engine"
    peaks = {}
    for people in (whole.people // share for share in SHARES):
        part = Community(whole.folder / f"memory-{people}", people)
        events, cost = part.rows, _cost("ingest", part.tables, part.folder)
        shutil.rmtree(part.folder)
        peaks[events] = cost
    return [
        *(
            Figure(section, f"{events:,} events: peak", [cost.peak_mib], "MiB")
            for events, cost in peaks.items()
        ),
        *(
            Figure(section, f"{events:,} events: time", [cost.seconds], "s")
            for events, cost in peaks.items()
        ),
        _growth(section, [cost.peak_mib for cost in peaks.values()]),
    ]


def _growth(section: str, peaks: list[float]) -> Figure:
    name = f"peak of {SHARES[-2]} times as many events"
    return Figure(section, name, [peaks[-1] / peaks[-2]], target=Target(high=1.1))


def _of_form(community: Community, form: str) -> list[Figure]:
    tables, rows = _tables(community, form), community.rows
    costs: dict[str, list[Cost]] = {job: [] for job in JOBS}
    for _ in range(ROUNDS):
        for job in JOBS:
            costs[job].append(_cost(job, tables, community.folder))
    speed = {job: [rows / cost.seconds for cost in costs[job]] for job in JOBS}
    peak = {job: [cost.peak_mib for cost in costs[job]] for job in JOBS}
    name = {"parquet": "Parquet", "csv": "CSV"}[form]
    section = f"ingestion: {rows:,} events of {community.people:,} people, {name}"
    figures = [
        Figure(section, "rows/s", speed["ingest"], "rows/s"),
        Figure(section, "peak memory", peak["ingest"], "MiB"),
    ]
    for job, what in PEERS.items():
        target = Target(low=0.5) if job == "bare_measures" else None
        speeds, peaks = (ratios(each["ingest"], each[job]) for each in (speed, peak))
        figures.append(Figure(section, f"rows/s to {what}", speeds, target=target))
        figures.append(Figure(section, f"peak memory to {what}", peaks))
    return figures


def _cost(job: str, tables: Path, folder: Path) -> Cost:
    out = Path(tempfile.mkdtemp(prefix=f"{job}-", dir=folder))
    cost = run_step(job, tables, out)
    shutil.rmtree(out)
    return cost


def _tables(community: Community, form: str) -> Path:
    """The community's tables in the form; made once."""
    if form == "parquet":
        return community.tables
    folder = community.folder / form
    folder.mkdir()
    for path in sorted(community.tables.glob("*.parquet")):
        _write_csv(path, folder / f"{path.stem}.csv")
    return folder


def _write_csv(source: Path, out: Path) -> None:
    """The same rows as text; lists as one text with commas."""
    lists = [field.name for field in pq.read_schema(source) if str(field.type).startswith("list")]
    joined = ", ".join(f"array_to_string({name}, ',') AS {name}" for name in lists)
    columns = f"* REPLACE ({joined})" if lists else "*"
    duckdb.execute(f"COPY (SELECT {columns} FROM {quote(str(source))}) TO {quote(str(out))}")
