"""A task's parts: how ours and the baselines do for some askers, and by some of the answers."""

from __future__ import annotations

import numpy as np

from evaluation.document import Stratum
from evaluation.doubt import estimates
from evaluation.strata import ANSWER_GROUPS, ASKER_GROUPS
from evaluation.summary.metrics import of_answers
from evaluation.summary.scope import Scope
from evaluation.systems import Family
from evaluation.tasks import PRIMARY, Task

NEW = (Task.PEOPLE, Task.RECIPROCATED)
"""Tasks whose answers are people whom the asker had not met, and so at some distance."""

_DISTANCE = "distance of the answer"


def strata(scope: Scope, task: Task) -> list[Stratum]:
    """The parts of the task for which somebody had an answer."""
    systems = scope.systems(Family.OURS, Family.CURRENT, Family.BASELINE)
    if not systems:
        return []
    parts = _of_askers(scope, task, systems) + _of_answers(scope, task, systems)
    return [part for part in parts if part.people]


def _of_askers(scope: Scope, task: Task, systems: list[str]) -> list[Stratum]:
    parts = [(grouping, name) for grouping, names in ASKER_GROUPS.items() for name in names]
    within = [scope.group(grouping) == name for grouping, name in parts]
    columns = [scope.column(system, PRIMARY[task]) for system in systems]
    masked = [np.where(where, column, np.nan) for where in within for column in columns]
    found = iter(estimates(masked, scope.resamples))
    return [
        Stratum(
            grouping=grouping,
            name=name,
            people=scope.people(where & scope.answered),
            metrics={system: next(found) for system in systems},
        )
        for (grouping, name), where in zip(parts, within, strict=True)
    ]


def _of_answers(scope: Scope, task: Task, systems: list[str]) -> list[Stratum]:
    parts = [
        (grouping, name, of_answers(PRIMARY[task], name))
        for grouping, names in ANSWER_GROUPS.items()
        for name in names
        if task in NEW or grouping != _DISTANCE
    ]
    found = iter(scope.estimates([(system, metric) for *_, metric in parts for system in systems]))
    figures = [{system: next(found) for system in systems} for _ in parts]
    return [
        Stratum(
            grouping=grouping,
            name=name,
            people=max(one.people for one in metrics.values()),
            metrics=metrics,
        )
        for (grouping, name, _), metrics in zip(parts, figures, strict=True)
    ]
