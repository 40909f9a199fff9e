"""Ours against every rival: what was declared beforehand, and what else is worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evaluation.document import Comparison
from evaluation.doubt import holm, verdict
from evaluation.summary.metrics import OURS, better
from evaluation.summary.scope import Scope
from evaluation.systems import Family
from evaluation.tasks import PRIMARY, Task


def against_baselines(scope: Scope, task: Task, cutoff: str = "") -> list[Comparison]:
    """Ours against every baseline on the task's primary metric; none where ours did not run.

    cutoff: the one that `scope` is of; "" for all together.
    """
    if not scope.systems(Family.OURS):
        return []
    cells = [(OURS, rival, PRIMARY[task]) for rival in scope.systems(Family.BASELINE)]
    return _compared(scope, task, cells, cutoff)


def against_sources(scope: Scope, task: Task) -> list[Comparison]:
    """Ours against each of its own sources of candidates alone, on the primary metric.

    Whether all that we do with them is worth more than the best of them; not among the declared
    comparisons.
    """
    if not scope.systems(Family.OURS):
        return []
    cells = [(OURS, source, PRIMARY[task]) for source in scope.systems(Family.SOURCE)]
    return _compared(scope, task, cells, cutoff="")


def against_current(scope: Scope, task: Task) -> list[Comparison]:
    """Ours against the model in force on every metric that both have.

    These are for whoever decides between the two, and not among the declared comparisons.
    """
    if not scope.systems(Family.OURS):
        return []
    cells = [
        (OURS, rival, metric)
        for rival in scope.systems(Family.CURRENT)
        for metric in scope.metrics(OURS)
        if metric in scope.metrics(rival)
    ]
    return _compared(scope, task, cells, cutoff="")


def with_holm(declared: Sequence[Comparison]) -> list[Comparison]:
    """The declared comparisons with their p-values adjusted for all of them together."""
    adjusted = iter(holm([one.p for one in declared if one.p is not None]))
    return [one if one.p is None else replace(one, p_holm=next(adjusted)) for one in declared]


def _compared(
    scope: Scope, task: Task, cells: Sequence[tuple[str, str, str]], cutoff: str
) -> list[Comparison]:
    return [
        Comparison(
            task=task,
            metric=metric,
            rival=rival,
            cutoff=cutoff,
            ratio=paired.ratio,
            difference=paired.difference,
            effect=paired.effect,
            p=paired.p,
            p_holm=None,
            verdict=verdict(paired.difference, better(metric)),
        )
        for (_, rival, metric), paired in zip(cells, scope.compare(cells), strict=True)
    ]
