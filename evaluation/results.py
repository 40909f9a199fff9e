"""What one cutoff came to: every system's figures on every task, in memory and on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics import Values
from evaluation.systems import Family
from evaluation.tasks import Task

FORMAT = 2
"""The next number where what is kept, or how it is worked out, changes: all is then judged anew."""

FACTS, ARRAYS = "result.json", "result.npz"


class DamagedError(Exception):
    """A kept result that cannot be read; the cutoff is then judged anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How one system did on one task.

    people: by metric (such as "ndcg@10"), float64 [b], a value for each asker, NaN where it is
        undefined; a mean over askers is the system's figure. A metric of an answer stratum has its
        name appended ("ndcg@10 · two hops").
    whole: by metric (such as "coverage@10"), float64 [1 + resamples]: the figure of all lists
        together, then of every resample of the askers; the resamples are the same for all systems.
    """

    family: Family
    dial: float | None
    people: Values
    whole: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """Everything about one task at one cutoff.

    askers: ids of the b people asked; answers: int64 [b], how many turned out right for each.
    strata: by grouping (such as "contacts of the asker"), the group of each asker, b names.
    """

    askers: list[str]
    answers: NDArray[np.int64]
    strata: dict[str, list[str]]
    figures: dict[str, Figures]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoffResult:
    """Everything about one cutoff.

    cutoff: ISO 8601, UTC. facts: plain values (people, ties, model, …).
    left_out: systems that did not run, and why.
    predictions: by name, float64 [2, m]: probabilities that were given, and what happened (0, 1).
    groups: by group of the declared attribute, exposure share minus population share of ours.
    """

    cutoff: str
    facts: dict[str, Any]
    left_out: dict[str, str]
    tasks: dict[Task, TaskResult]
    predictions: dict[str, NDArray[np.float64]]
    groups: dict[str, float]


def save(result: CutoffResult, folder: Path) -> None:
    """Write a result as JSON and arrays into `folder`, which exists."""
    arrays: dict[str, NDArray[Any]] = {}

    def put(array: NDArray[Any]) -> str:
        name = f"a{len(arrays)}"
        arrays[name] = array
        return name

    facts = {
        "format": FORMAT,
        "cutoff": result.cutoff,
        "facts": result.facts,
        "left_out": result.left_out,
        "predictions": {name: put(pairs) for name, pairs in result.predictions.items()},
        "groups": result.groups,
        "tasks": {
            str(task): {
                "askers": one.askers,
                "answers": put(one.answers),
                "strata": one.strata,
                "figures": {
                    name: {
                        "family": str(figures.family),
                        "dial": figures.dial,
                        "people": {metric: put(v) for metric, v in figures.people.items()},
                        "whole": {metric: put(v) for metric, v in figures.whole.items()},
                    }
                    for name, figures in one.figures.items()
                },
            }
            for task, one in result.tasks.items()
        },
    }
    np.savez_compressed(folder / ARRAYS, allow_pickle=False, **arrays)
    (folder / FACTS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> CutoffResult:
    """The inverse of `save`. Raises DamagedError where what is there cannot be read."""
    try:
        return _load(folder)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise DamagedError(f"{folder}: {error}") from error


def _load(folder: Path) -> CutoffResult:
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    if facts["format"] != FORMAT:
        raise ValueError(f"{folder / FACTS} has format {facts['format']!r}")
    with (folder / ARRAYS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return CutoffResult(
            cutoff=facts["cutoff"],
            facts=facts["facts"],
            left_out=facts["left_out"],
            predictions={name: arrays[at] for name, at in facts["predictions"].items()},
            groups=facts["groups"],
            tasks={Task(name): _task(one, arrays) for name, one in facts["tasks"].items()},
        )


def _task(facts: dict[str, Any], arrays: Any) -> TaskResult:
    return TaskResult(
        askers=facts["askers"],
        answers=arrays[facts["answers"]],
        strata=facts["strata"],
        figures={
            name: Figures(
                family=Family(one["family"]),
                dial=one["dial"],
                people={metric: arrays[at] for metric, at in one["people"].items()},
                whole={metric: arrays[at] for metric, at in one["whole"].items()},
            )
            for name, one in facts["figures"].items()
        },
    )
