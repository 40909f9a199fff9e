"""From what every cutoff came to, to the whole report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluation.document import CutoffFacts, Document, Estimate, Reliability, TaskSummary
from evaluation.doubt import Paired
from evaluation.metrics.calibration import brier, calibration_error, reliability
from evaluation.results import CutoffResult
from evaluation.summary.ablation import ablation, pool
from evaluation.summary.comparisons import against_baselines, with_holm
from evaluation.summary.dials import dials, prices
from evaluation.summary.metrics import COVERAGE, OURS, REASONS
from evaluation.summary.scope import Scope
from evaluation.summary.tasks import summarise_task
from evaluation.summary.verdict import tell
from evaluation.systems import Family
from evaluation.tasks import Task
from recommender.domain.config import EvaluateConfig


def summarise(
    results: Sequence[CutoffResult],
    settings: dict[str, Any],
    title: str,
    version: str,
    config: EvaluateConfig,
) -> Document:
    """The whole report: every figure with its doubt, and what follows from them.

    results: one for each cutoff. settings: those in force, by name, to be shown. config: of the
    same evaluation; says how often to resample, and with which seed.
    """
    scopes = {
        task: Scope.of(results, task, config)
        for task in Task
        if any(task in result.tasks for result in results)
    }
    people = scopes.get(Task.PEOPLE, Scope.of([], Task.PEOPLE, config))
    tasks = _tasks(scopes, results, config)
    points, reasons = dials(people), _reasons(people)
    bought = prices(points, people)
    return Document(
        title=title,
        version=version,
        verdict=tell(tasks, _shown(people, tasks), bought, reasons),
        settings=settings,
        cutoffs=[
            CutoffFacts(cutoff=one.cutoff, facts=one.facts, left_out=one.left_out)
            for one in results
        ],
        tasks=tasks,
        dials=points,
        prices=bought,
        ablation=ablation(people, results),
        reasons=reasons,
        reliability=_reliability(results),
        groups=_groups(results),
        pool=pool(people),
    )


def _tasks(
    scopes: dict[Task, Scope], results: Sequence[CutoffResult], config: EvaluateConfig
) -> list[TaskSummary]:
    declared = with_holm(
        [one for task, scope in scopes.items() for one in against_baselines(scope, task)]
    )
    return [
        summarise_task(task, scope, results, [one for one in declared if one.task == task], config)
        for task, scope in scopes.items()
    ]


def _shown(people: Scope, tasks: Sequence[TaskSummary]) -> Paired | None:
    """How many different people our lists show, against those of the best baseline."""
    rival = next((task.best_rival for task in tasks if task.task == Task.PEOPLE), "")
    if not rival or not people.has_whole(OURS, COVERAGE):
        return None
    return people.compare([(OURS, rival, COVERAGE)])[0]


def _reasons(people: Scope) -> dict[str, Estimate]:
    """What is known of our reasons, by metric."""
    if not people.systems(Family.OURS):
        return {}
    found = people.estimates([(OURS, metric) for metric in REASONS])
    return {name: one for name, one in zip(REASONS, found, strict=True) if one.people}


def _reliability(results: Sequence[CutoffResult]) -> list[Reliability]:
    """How far each kind of probability came true, over all cutoffs."""
    told: dict[str, list[Any]] = {}
    for result in results:
        for name, pairs in result.predictions.items():
            told.setdefault(name, []).append(pairs)
    pooled = {name: np.concatenate(pairs, axis=1) for name, pairs in told.items()}
    return [
        Reliability(
            name=name,
            bins=reliability(predicted, happened, 10),
            error=calibration_error(predicted, happened, 10),
            brier=brier(predicted, happened),
            count=len(predicted),
        )
        for name, (predicted, happened) in pooled.items()
        if len(predicted)
    ]


def _groups(results: Sequence[CutoffResult]) -> dict[str, float]:
    """Exposure share minus population share by group, mean over the cutoffs where it is known."""
    names = sorted({name for result in results for name in result.groups})
    values = {
        name: [one for result in results if np.isfinite(one := result.groups.get(name, np.nan))]
        for name in names
    }
    return {name: float(np.mean(known)) for name, known in values.items() if known}
