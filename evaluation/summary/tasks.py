"""One task: its table, its comparisons, and its parts."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.document import Comparison, Estimate, Row, TaskSummary
from evaluation.results import CutoffResult
from evaluation.summary.comparisons import against_baselines, against_current, against_sources
from evaluation.summary.scope import Scope, Table
from evaluation.summary.strata import strata
from evaluation.summary.words import TITLES, explain
from evaluation.systems import COMPARED, Family
from evaluation.tasks import PRIMARY, Task
from recommender.domain.config import EvaluateConfig


def summarise_task(
    task: Task,
    scope: Scope,
    results: Sequence[CutoffResult],
    declared: list[Comparison],
    config: EvaluateConfig,
) -> TaskSummary:
    """Everything about one task.

    scope: the task over all of `results`; declared: its declared comparisons.
    """
    at = {
        result.cutoff: Scope.of([result], task, config)
        for result in results
        if task in result.tasks
    }
    rows = _rows(scope, at, PRIMARY[task])
    return TaskSummary(
        task=task,
        title=TITLES[task],
        explanation=explain(task, config),
        primary=PRIMARY[task],
        asked=scope.resamples.people,
        answered=scope.people(scope.answered),
        best_rival=_best(rows, PRIMARY[task]),
        rows=rows,
        comparisons=[*declared, *against_sources(scope, task), *against_current(scope, task)],
        comparisons_by_cutoff=[
            one for cutoff, part in at.items() for one in against_baselines(part, task, cutoff)
        ],
        strata=strata(scope, task),
    )


def _rows(scope: Scope, at: dict[str, Scope], primary: str) -> list[Row]:
    """The table: family after family, in each the best first."""
    pooled = scope.table(scope.systems(*COMPARED))
    tables = {cutoff: part.table(part.systems(*COMPARED)) for cutoff, part in at.items()}
    rows = [
        Row(
            system=system,
            family=scope.family(system),
            metrics=metrics,
            by_cutoff=_of_system(system, tables),
        )
        for system, metrics in pooled.items()
    ]
    order = {str(family): place for place, family in enumerate(COMPARED)}
    return sorted(rows, key=lambda row: (order[row.family], -_value(row, primary), row.system))


def _of_system(system: str, tables: dict[str, Table]) -> dict[str, dict[str, Estimate]]:
    return {cutoff: table[system] for cutoff, table in tables.items() if system in table}


def _best(rows: Sequence[Row], primary: str) -> str:
    """The first baseline of the sorted rows that has a figure; "" where none has."""
    rivals = (row for row in rows if row.family == Family.BASELINE)
    return next((row.system for row in rivals if _value(row, primary) >= 0), "")


def _value(row: Row, metric: str) -> float:
    """The row's figure, or -1, below every figure that there can be."""
    value = row.metrics[metric].value if metric in row.metrics else None
    return -1.0 if value is None else value
