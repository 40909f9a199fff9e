"""Measures how the whole flow scales; `--help` says how to ask for less."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.figures import machine, show
from tests.bench.scaling.figures import figures
from tests.bench.scaling.plot import plot
from tests.bench.scaling.run import Run, run

SIZES = (10_000, 100_000, 1_000_000)


def main(arguments: list[str]) -> None:
    """Run every size, the smallest first, and tell."""
    asked = _parse(arguments)
    before, runs = machine(), []
    with tempfile.TemporaryDirectory(prefix="pln-scale-", dir=asked.folder) as name:
        _compile(Path(name))
        for people in sorted(asked.people):
            runs.append(run(people, Path(name) / str(people)))
            print(f"{people:,} people: {_short(runs[-1])}", file=sys.stderr, flush=True)
            # After each: the next takes long, and may not come to its end.
            _tell(asked, [before, machine()], runs)
    show(figures(runs), [before, machine()])


def _tell(asked: argparse.Namespace, machines: list[dict[str, Any]], runs: list[Run]) -> None:
    """Write what has been found so far to the files that were asked for."""
    if asked.plot and len(runs) > 1:
        plot(runs, asked.plot)
    if asked.json:
        told = {
            "before": machines[0],
            "after": machines[1],
            "runs": [asdict(each) for each in runs],
            "figures": [figure.document() for figure in figures(runs)],
        }
        asked.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _compile(folder: Path) -> None:
    """Go through the flow once with few people, so that no measured step compiles kernels."""
    run(200, folder / "few")


def _short(one: Run) -> str:
    return ", ".join(f"{step} {spent.seconds:.0f} s" for step, spent in one.spent.items())


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.scaling",
        description="Ingest, train and export communities of several sizes. The largest takes "
        "more than an hour, and 50 GB of disk.",
    )
    parser.add_argument("--people", type=int, nargs="+", default=SIZES, help="sizes")
    parser.add_argument("--folder", type=Path, help="where to work; the files are removed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw cost by size, as SVG")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
