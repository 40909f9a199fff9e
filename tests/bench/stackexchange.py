"""Ingestion of a Stack Exchange dump, held against a bare `iterparse` over the same files.

The target is meant for millions of rows (`--people 500000`): of few, what takes as long for any
number, such as compiling queries, is most.
"""

from __future__ import annotations

import shutil

from tests.bench.children import Cost, run_step
from tests.bench.community import Community
from tests.bench.dumps import write_dump
from tests.bench.figures import Figure, Target, ratios

ROUNDS = 3
ROWS_EACH = 10
"""Rows of XML for each person of the community whose size is asked for."""
JOBS = ("ingest", "bare_iterparse")


def measure(community: Community) -> list[Figure]:
    """Rows of XML a second and peak memory of both, in turns."""
    rows = community.people * ROWS_EACH
    dump = write_dump(community.folder.parent / "stackexchange" / "dump", rows)
    costs: dict[str, list[Cost]] = {job: [] for job in JOBS}
    for _ in range(ROUNDS):
        for job in JOBS:
            out = dump.parent / job
            costs[job].append(run_step(job, dump, out))
            shutil.rmtree(out, ignore_errors=True)
    ours, bare = ([rows / cost.seconds for cost in costs[job]] for job in JOBS)
    our_peak, bare_peak = ([cost.peak_mib for cost in costs[job]] for job in JOBS)
    section = f"stackexchange: {rows:,} rows of XML, files to snapshot"
    what = "bare lxml.etree.iterparse"
    return [
        Figure(section, "rows/s", ours, "rows/s"),
        Figure(section, f"rows/s of {what}", bare, "rows/s"),
        Figure(section, f"rows/s to {what}", ratios(ours, bare), target=Target(low=0.5)),
        Figure(section, "peak memory", our_peak, "MiB"),
        Figure(section, f"peak memory of {what}", bare_peak, "MiB"),
    ]
