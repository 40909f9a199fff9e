"""A run's figures as a table for the docs: `python -m tests.bench.table FILE` of `--json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.bench.figures import number

HEADING = "| what | median | min–max | target | reached |\n|---|---:|---:|---:|---:|\n"


def markdown(document: Mapping[str, Any]) -> str:
    """All sections of a run, a table each, and how busy the machine was.

    document: as `python -m tests.bench --json` writes it.
    """
    before, after = document["before"], document["after"]
    load = f"load average before the run {before['load'][0]}, after it {after['load'][0]}"
    told = [f"{before['cores']} cores; {load}.\n"]
    sections: dict[str, list[Mapping[str, Any]]] = {}
    for figure in document["figures"]:
        sections.setdefault(figure["section"], []).append(figure)
    for section, figures in sections.items():
        told.append(f"\n**{section}**\n\n{HEADING}{_rows(figures)}")
    return "".join(told)


def _rows(figures: Iterable[Mapping[str, Any]]) -> str:
    return "".join(f"| {' | '.join(_cells(figure))} |\n" for figure in figures)


def _cells(figure: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = figure["range"]
    reached = {True: "yes", False: "no", None: ""}[figure["reached"]]
    return (
        str(figure["name"]),
        f"{number(figure['median'])} {figure['unit']}".strip(),
        f"{number(low)}–{number(high)}" if low < high else "",
        figure["target"] or "",
        reached,
    )


if __name__ == "__main__":
    print("\n".join(markdown(json.loads(Path(name).read_text())) for name in sys.argv[1:]), end="")
