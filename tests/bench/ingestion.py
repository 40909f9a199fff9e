"""Ingestion, held against bare DuckDB over the same files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.bench.children import Cost, run_step
from tests.bench.community import Community
from tests.bench.figures import Figure, Target, ratios

ROUNDS = 5
PEERS = {
    "bare_measures": "bare DuckDB with the same measures",
    "bare_counts": "bare DuckDB that only counts",
}
JOBS = ("ingest", *PEERS)


def measure(community: Community) -> list[Figure]:
    """Rows a second and peak memory of our job and of the bare ones, in turns."""
    tables, rows = community.tables, community.rows
    costs: dict[str, list[Cost]] = {job: [] for job in JOBS}
    for _ in range(ROUNDS):
        for job in JOBS:
            out = Path(tempfile.mkdtemp(prefix=f"{job}-", dir=community.folder))
            costs[job].append(run_step(job, tables, out))
            shutil.rmtree(out)
    speed = {job: [rows / cost.seconds for cost in costs[job]] for job in JOBS}
    peak = {job: [cost.peak_mib for cost in costs[job]] for job in JOBS}
    section = f"ingestion: {rows:,} events of {community.people:,} people, Parquet"
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
