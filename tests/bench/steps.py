"""The steps that are timed, each in a process of its own: `python -m tests.bench.steps NAME …`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

Job = Callable[[], object]


def ingest(tables: str, out: str, as_of: str | None = None) -> Job:
    """Our ingestion, files to published snapshot and the report beside it."""
    from ingestion import snapshot
    from ingestion.trust import Terms
    from recommender.domain.config import IngestConfig

    until = datetime.fromisoformat(as_of) if as_of else None
    terms = Terms(report=True)
    return lambda: snapshot.ingest(Path(tables), Path(out), IngestConfig(), until, terms=terms)


def bare_measures(tables: str, out: str) -> Job:
    """The same matrices by bare DuckDB."""
    from tests.bench import bare

    return lambda: bare.same_measures(Path(tables), Path(out))


def bare_counts(tables: str, out: str) -> Job:
    """Only counts by bare DuckDB."""
    from tests.bench import bare

    return lambda: bare.counts(Path(tables), Path(out))


def bare_iterparse(dump: str, out: str) -> Job:
    """Every row of a dump seen once by bare lxml, and let go."""
    from lxml import etree

    del out

    def run() -> None:
        for path in sorted(Path(dump).iterdir()):
            for _, row in etree.iterparse(path, events=("end",), tag="row"):
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]

    return run


def train(snapshots: str, out: str, seed: str = "0") -> Job:
    """Snapshot to published model."""
    from recommender.domain.config import TrainConfig
    from recommender.train import train as run

    return lambda: run(Path(snapshots), Path(out), TrainConfig(seed=int(seed)))


def export(models: str, out: str) -> Job:
    """Everyone's lists from a model."""
    from recommender import batch

    return lambda: batch.export(Path(models), Path(out))


STEPS: dict[str, Callable[..., Job]] = {
    step.__name__: step
    for step in (
        ingest,
        bare_measures,
        bare_counts,
        bare_iterparse,
        train,
        export,
    )
}


def peak_kib() -> int:
    """Peak resident memory of the process.

    Not getrusage: there, a child that was started with vfork begins at its parent's peak.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise RuntimeError("/proc/self/status has no VmHWM")


def main(name: str, *arguments: str) -> None:
    """Do one step and say in JSON what it took."""
    job = STEPS[name](*arguments)
    started = time.perf_counter()
    job()
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak_kib": peak_kib()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
