"""The plot of cost a person over the number of people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

from tests.bench.scaling.figures import slope
from tests.bench.scaling.run import STEPS, Run

_COLOURS = {"ingest": "#4477aa", "train": "#aa3377", "export": "#228833", "whole": "#000000"}


def plot(runs: Sequence[Run], path: Path) -> None:
    """Milliseconds a person of each step, log–log; a flat line is a flat cost a person."""
    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "pln"  # the same bytes for the same figures
    mpl.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    people = [run.people for run in runs]
    for name, steps in {**{step: (step,) for step in STEPS}, "whole": STEPS}.items():
        cost = [1000 * sum(run.spent[s].seconds for s in steps) / run.people for run in runs]
        label = f"{name}: power {slope(runs, steps):.2f}"
        axes.plot(people, cost, marker="o", color=_COLOURS[name], label=label)
    axes.set(xscale="log", yscale="log", xlabel="people", ylabel="ms of wall time a person")
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
