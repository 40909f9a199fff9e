"""How cost grows with people: ingest, train and export communities of three sizes.

Small sizes flatter growth, since what a step costs however few people there are weighs more there;
`--people` moves all three sizes up.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np

from recommender.domain.versions import resolve
from tests.bench.children import Cost
from tests.bench.community import Community
from tests.bench.figures import Figure, Target

SECTION = "growth: host tables to everyone's lists"
STEPS = ("ingest", "train", "export")
SHARES = {16: 3, 4: 2}
"""Sizes as fractions of the whole community, and how often each is measured; the whole: once."""


def measure(whole: Community) -> list[Figure]:
    """Seconds a person by size, how fast cost grows, and what is kept a person."""
    runs: dict[int, list[dict[str, Cost]]] = {}
    for turn in range(max(SHARES.values())):
        for share, rounds in SHARES.items():
            if turn < rounds:
                people = whole.people // share
                runs.setdefault(people, []).append(
                    _costs(Community(whole.folder / f"of-{people}-{turn}", people))
                )
    runs[whole.people] = [_costs(whole)]
    kept = sum(f.stat().st_size for f in resolve(whole.models).iterdir())
    return [
        *(_a_person(people, costs) for people, costs in runs.items()),
        *(_slope(runs, step, None) for step in STEPS),
        _slope(runs, "whole", Target(high=1.1)),
        *(_peak(step, runs) for step in STEPS),
        Figure(SECTION, "model", [kept / whole.people / 1000], "kB a person", Target(high=6)),
    ]


def _costs(community: Community) -> dict[str, Cost]:
    """What each step took; the files stay until the run ends."""
    _: Path = community.lists
    return community.costs


def _seconds(costs: dict[str, Cost], step: str) -> float:
    return sum(costs[each].seconds for each in STEPS if step in (each, "whole"))


def _a_person(people: int, runs: list[dict[str, Cost]]) -> Figure:
    samples = [1000 * _seconds(costs, "whole") / people for costs in runs]
    return Figure(SECTION, f"time, {people:,} people", samples, "ms a person")


def _slope(runs: dict[int, list[dict[str, Cost]]], step: str, target: Target | None) -> Figure:
    """By what power of the number of people time grows: 1 is a flat cost a person."""
    medians = [statistics.median(_seconds(costs, step) for costs in runs[n]) for n in runs]
    slope = np.polyfit(np.log(list(runs)), np.log(medians), 1)[0]
    return Figure(SECTION, f"power by which {step} time grows", [float(slope)], "", target)


def _peak(step: str, runs: dict[int, list[dict[str, Cost]]]) -> Figure:
    """Memory that each further person adds, between the smallest and the largest size."""
    small, large = min(runs), max(runs)
    first, last = (
        statistics.median(costs[step].peak_mib for costs in runs[n]) for n in (small, large)
    )
    added = (last - first) * 1024 / (large - small)
    name = f"{step}: peak {last:,.0f} MiB; each person adds"
    return Figure(SECTION, name, [added], "KiB")
