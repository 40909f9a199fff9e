"""What runs of several sizes come to."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import numpy as np

from tests.bench.figures import Figure, Target
from tests.bench.scaling.run import STEPS, TOP, Run

MINUTES, PEAK_GB, SLOPE, RATE, MODEL_KB = 60, 12, 1.1, 0.25, 6
"""Targets: of the largest size, but for the slope over all of them."""


def figures(runs: Sequence[Run]) -> list[Figure]:
    """The figures of every size, then how cost grows. runs: by size, the smallest first."""
    found = [figure for run in runs for figure in _of(run, largest=run is runs[-1])]
    return [*found, *_growth(runs)]


def _of(run: Run, *, largest: bool) -> list[Figure]:
    section = f"{run.people:,} people: host tables to everyone's top {TOP}"
    whole = sum(spent.seconds for spent in run.spent.values())
    peak = max(spent.peak_gb for spent in run.spent.values())
    bare = statistics.mean(run.bare)

    def figure(name: str, value: float, unit: str, target: Target | None = None) -> Figure:
        return Figure(section, name, [value], unit, target if largest else None)

    steps = [
        figure(f"{step}: {what}", value, unit)
        for step, spent in run.spent.items()
        for what, value, unit in (
            ("time", spent.seconds / 60, "min"),
            ("share of the time", 100 * spent.seconds / whole, "%"),
            ("processor time a person", 1000 * spent.cpu_seconds / run.people, "ms"),
            ("peak memory", spent.peak_gb, "GB"),
        )
    ]
    return [
        figure("whole: time", whole / 60, "min", Target(high=MINUTES)),
        figure("whole: peak memory", peak, "GB", Target(high=PEAK_GB)),
        *steps,
        *(figure(f"{n}: on disk", b / run.people / 1000, "kB a person") for n, b in _other(run)),
        figure("model: on disk", run.bytes["model"] / run.people / 1000, "kB a person",
               Target(high=MODEL_KB)),
        figure("export: people a second", run.rate, ""),
        Figure(section, "bare implicit: people a second", list(run.bare), ""),
        figure("export to bare implicit", run.rate / bare, "", Target(low=RATE)),
    ]  # fmt: skip


def _other(run: Run) -> list[tuple[str, int]]:
    return [(name, size) for name, size in run.bytes.items() if name != "model"]


def _growth(runs: Sequence[Run]) -> list[Figure]:
    if len(runs) < 2:
        return []
    section = f"growth from {runs[0].people:,} to {runs[-1].people:,} people"
    steps = [Figure(section, f"power by which {s} grows", [slope(runs, (s,))]) for s in STEPS]
    whole = slope(runs, STEPS)
    return [*steps, Figure(section, "power by which the whole grows", [whole], "",
                           Target(high=SLOPE))]  # fmt: skip


def slope(runs: Sequence[Run], steps: Sequence[str]) -> float:
    """By what power of the number of people the time of these steps grows: 1 is flat a person."""
    seconds = [sum(run.spent[step].seconds for step in steps) for run in runs]
    return float(np.polyfit(np.log([run.people for run in runs]), np.log(seconds), 1)[0])
