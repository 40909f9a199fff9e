"""Runs as Markdown, for docs/scale.md: `python -m tests.bench.scaling.table FILE.json`."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.scaling.figures import slope
from tests.bench.scaling.run import STEPS, Run
from tests.bench.scaling.watched import Spent


def table(runs: Sequence[Run]) -> str:
    """What each step took, a column for each size, and by what power of people it grows."""
    sizes = [f"{run.people:,} people" for run in runs]
    head = ["", *sizes, "power"]
    lines = [head, ["---", *["---:"] * (len(sizes) + 1)], *_lines(runs)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _lines(runs: Sequence[Run]) -> Iterator[list[str]]:
    whole = [sum(run.spent[step].seconds for step in STEPS) for run in runs]
    for step in STEPS:
        spent = [run.spent[step] for run in runs]
        shares = zip(spent, whole, strict=True)
        times = [f"{_time(one.seconds)} ({one.seconds / all_:.0%})" for one, all_ in shares]
        yield [f"**{step}**: time (share)", *times, f"{slope(runs, (step,)):.2f}"]
        cpu = [
            f"{1000 * one.cpu_seconds / run.people:.2f} ms"
            for one, run in zip(spent, runs, strict=True)
        ]
        yield [f"{step}: processor time a person", *cpu, ""]
        yield [f"{step}: peak memory", *(f"{one.peak_gb:.2f} GB" for one in spent), ""]
    yield ["**whole**: time", *map(_time, whole), f"{slope(runs, STEPS):.2f}"]
    for name in runs[0].bytes:
        kept = [f"{run.bytes[name] / run.people / 1000:.2f} kB" for run in runs]
        yield [f"{name}: on disk, a person", *kept, ""]
    bare = [statistics.mean(run.bare) for run in runs]
    yield ["export: people a second", *(f"{run.rate:,.0f}" for run in runs), ""]
    yield ["bare `implicit`: people a second", *(f"{rate:,.0f}" for rate in bare), ""]
    shares = [f"{run.rate / rate:.2f}" for run, rate in zip(runs, bare, strict=True)]
    yield ["export to bare `implicit`", *shares, ""]


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.1f} min"


def read(path: Path) -> list[Run]:
    """The runs that `--json` wrote."""
    told = json.loads(path.read_text())["runs"]
    return [
        Run(**one | {"spent": {step: Spent(**spent) for step, spent in one["spent"].items()}})
        for one in told
    ]


if __name__ == "__main__":
    print(table(read(Path(sys.argv[1]))))
