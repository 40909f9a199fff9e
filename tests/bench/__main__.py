"""Measures: `python -m tests.bench [SECTION …] [--people N]`; `--help` says which there are."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from recommender.bundle import read_info
from recommender.domain.versions import resolve
from tests.bench import (
    block,
    feedback,
    growth,
    h2load,
    hub,
    ingestion,
    overload,
    quality,
    restarts,
    serving,
    stackexchange,
    stages,
    start,
)
from tests.bench.community import Community
from tests.bench.effort import Effort, add_flags, effort
from tests.bench.figures import Figure, machine, show

SERVICE: dict[str, Callable[[Community, Effort], list[Figure]]] = {
    "serving": serving.measure,
    "stages": stages.measure,
    "overload": overload.measure,
    "restarts": restarts.measure,
    "block": block.measure,
    "start": start.measure,
    "feedback": feedback.measure,
    "hub": hub.measure,
}
OTHER: dict[str, Callable[[Community], list[Figure]]] = {
    "ingestion": ingestion.measure,
    "memory": ingestion.memory,
    "stackexchange": stackexchange.measure,
    "growth": growth.measure,
    "quality": quality.measure,
}
SECTIONS = ("ingestion", "memory", "stackexchange", *SERVICE, "growth", "quality")
BY_H2LOAD = {"serving", "overload", "start", "hub"}
QUALITY_PEOPLE = 4000
"""A size of its own: peers rank everybody for everybody."""


def main(arguments: list[str]) -> None:
    """Measure what is asked for, and tell."""
    asked = _parse(arguments)
    before = machine()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="pln-bench-") as name:
        folder = Path(name)
        _compile(folder)
        whole = _community(folder / "whole", asked)
        for section in asked.sections or SECTIONS:
            started = time.perf_counter()
            figures += _measured(section, whole, effort(asked))
            took = time.perf_counter() - started
            print(f"{section}: {took:.0f} s", file=sys.stderr)
    show(figures, [before, machine()])
    if asked.json:
        found = [figure.document() for figure in figures]
        told = {"before": before, "after": machine(), "people": asked.people, "figures": found}
        asked.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _community(folder: Path, asked: argparse.Namespace) -> Community:
    """The community that is measured: made up, or of the model that is named."""
    if asked.model is None:
        return Community(folder, asked.people)
    return Community(folder, read_info(resolve(asked.model)).person_count, given=asked.model)


def _measured(section: str, whole: Community, wanted: Effort) -> list[Figure]:
    """The figures of a section; none where what it needs is not there, which is said."""
    if section in BY_H2LOAD and not h2load.there():
        print(f"{section}: left out: {h2load.MISSING}", file=sys.stderr)
        return []
    if section in SERVICE:
        return SERVICE[section](whole, wanted)
    small = Community(whole.folder.parent / "small", QUALITY_PEOPLE)
    return OTHER[section](small if section == "quality" else whole)


def _compile(folder: Path) -> None:
    """Train once on a few people, so that no measured step compiles kernels."""
    _ = Community(folder / "few", 50).lists


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--people", type=int, default=20_000, help="size of the community")
    add_flags(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    asked = parser.parse_args(arguments)
    wrong = [section for section in asked.sections if section not in SECTIONS]
    if wrong:
        parser.error(f"no section {wrong[0]!r}; there are {', '.join(SECTIONS)}")
    return asked


if __name__ == "__main__":
    main(sys.argv[1:])
