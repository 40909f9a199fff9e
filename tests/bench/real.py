"""Quality on real networks: `make bench-quality` evaluates each and writes the README's table.

The data is looked for in the folder that REAL_DATA names, else in ../shared/data; where it is
absent, nothing is measured. Reports are kept under build/quality, and taken up again there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("REAL_DATA", ROOT.parent / "shared" / "data"))
START, END = "<!-- quality -->", "<!-- /quality -->"

Document = dict[str, Any]


@dataclass(frozen=True)
class Network:
    """A real network and how it is judged; settings as `evaluate.*`."""

    folder: str
    title: str
    cutoffs: tuple[str, ...]
    settings: dict[str, float]


NETWORKS = {
    "lean": Network(
        "lean-zulip",
        "a chat community of mathematicians",
        ("2023-01-01", "2023-07-01", "2024-01-01", "2024-07-01"),
        {},
    ),
    "ovs": Network(
        "ovs-git",
        "code reviews of a networking project",
        ("2018-01-01", "2020-01-01", "2022-01-01", "2024-01-01"),
        {"horizon_days": 365, "return_days": 365, "silence_days": 180, "active_days": 365},
    ),
    "math": Network(
        "math-sx",
        "a question-and-answer site on mathematics",
        ("2016-07-01",),
        {"active_days": 90, "askers": 1000},
    ),
}
USUAL = ("lean", "ovs")
"""Measured where nothing else is asked for; the third takes half an hour."""


def main(arguments: list[str]) -> int:
    """Evaluate, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.real", description=__doc__)
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help=", ".join(NETWORKS))
    parser.add_argument("--keep-readme", action="store_true", help="only print the table")
    asked = parser.parse_args(arguments)
    names = asked.networks or list(USUAL)
    absent = [name for name in names if not (DATA / NETWORKS[name].folder).is_dir()]
    if absent:
        print(f"skipped: {DATA} holds no {NETWORKS[absent[0]].folder}; REAL_DATA names another")
        return 0
    table = _table([(NETWORKS[name], evaluate(name)) for name in names])
    print(table)
    if not asked.keep_readme:
        _write(table)
    return 0


def evaluate(name: str) -> Document:
    """The report of one network, from a process of its own."""
    network, out = NETWORKS[name], ROOT / "build" / "quality" / name
    settings = {f"PLN_EVALUATE_{key.upper()}": str(v) for key, v in network.settings.items()}
    command = [
        *(sys.executable, "-m", "recommender.cli", "evaluate", str(DATA / network.folder)),
        *("--out", str(out), "--cutoffs", ",".join(network.cutoffs)),
    ]
    started = time.perf_counter()
    subprocess.run(command, check=True, env=os.environ | settings, stdout=subprocess.DEVNULL)
    took = time.perf_counter() - started
    print(f"{name}: {took:.0f} s, {len(network.cutoffs)} cutoffs, {out}", file=sys.stderr)
    document: Document = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return document


def _table(found: list[tuple[Network, Document]]) -> str:
    """A row for each network and task: ours, the best baseline, and how they compare."""
    lines = [
        "| network | list | people | ours | best of the simple ways | ours to it [95 %] |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        _row(network, document, task)
        for network, document in found
        for task in document["tasks"]
        if task["task"] in ("people", "reactivation") and task["answered"]
    ]
    return "\n".join(lines)


def _row(network: Network, document: Document, task: Document) -> str:
    metric, rival = task["primary"], task["best_rival"]
    values = {row["system"]: row["metrics"][metric]["value"] for row in task["rows"]}
    against = next(
        (one for one in task["comparisons"] if (one["rival"], one["metric"]) == (rival, metric)),
        None,
    )
    name = f"{network.title}, {len(document['cutoffs'])} cutoffs"
    cells = [
        name if task["task"] == "people" else "",
        f"{task['task']}, {metric.upper()}",
        f"{task['answered']:,}",
        f"{values['ours']:.3f}",
        f"{values[rival]:.3f} {rival.replace('_', ' ')}" if rival else "–",
        _ratio(against),
    ]
    return "| " + " | ".join(cells) + " |"


def _ratio(against: Document | None) -> str:
    if against is None or against["ratio"]["value"] is None:
        return "–"
    ratio = against["ratio"]
    shown = f"{ratio['value']:.2f} [{ratio['low']:.2f}, {ratio['high']:.2f}]"
    same = against["verdict"] == "no difference shown"
    return f"{shown}, {against['verdict']}" if same else shown


def _write(table: str) -> None:
    """Put the table between its marks in the README."""
    path = ROOT / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{START}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
