"""Made-up results of cutoffs, to be summed up."""

from __future__ import annotations

from typing import Any

import numpy as np

from evaluation.document import Document
from evaluation.results import CutoffResult, Figures, TaskResult
from evaluation.summary import summarise
from evaluation.systems import Family
from evaluation.tasks import Task
from recommender.domain.config import EvaluateConfig

NAN = float("nan")
CONFIG = EvaluateConfig(resamples=400, seed=1)
FIRST, SECOND = "2024-01-01T00:00:00+00:00", "2024-04-01T00:00:00+00:00"


def people(count: int, start: int = 0) -> list[str]:
    """So many ids."""
    return [f"p{place:03d}" for place in range(start, start + count)]


def figures(
    family: Family, dial: float | None = None, whole: dict[str, Any] | None = None, **values: Any
) -> Figures:
    """Figures by metric; "ndcg@10" is written ndcg_10.

    whole: figures of all lists, which get a hundred resamples within 0.01 of them.
    """
    spread = np.concatenate([[0.0], np.linspace(-0.01, 0.01, 100)])
    return Figures(
        family=family,
        dial=dial,
        people={name.replace("_", "@"): np.asarray(v, float) for name, v in values.items()},
        whole={name: value + spread for name, value in (whole or {}).items()},
    )


def task(
    systems: dict[str, Figures],
    askers: list[str],
    answers: Any = 1,
    strata: dict[str, list[str]] | None = None,
) -> TaskResult:
    """A task; `answers` is one number for everybody, or one for each asker."""
    return TaskResult(
        askers=askers,
        answers=np.broadcast_to(np.asarray(answers), len(askers)).astype(np.int64),
        strata=strata or {},
        figures=systems,
    )


def result(tasks: dict[Task, TaskResult], cutoff: str = FIRST, **more: Any) -> CutoffResult:
    """A cutoff with these tasks and nothing else but what is given."""
    nothing: dict[str, Any] = {"facts": {}, "left_out": {}, "predictions": {}, "groups": {}}
    return CutoffResult(cutoff=cutoff, tasks=tasks, **(nothing | more))


def summed(*results: CutoffResult, config: EvaluateConfig = CONFIG) -> Document:
    """The report."""
    return summarise(list(results), {"seed": 1}, "A community", "1.0", config)


def noisy(level: float, count: int, seed: int) -> np.ndarray:
    """Values in [0, 1] about `level`, whose mean is exactly that."""
    values = np.random.default_rng(seed).random(count) * 0.2
    return values - values.mean() + level


def two_rivals(count: int = 60, ours: float = 0.5, rival: float = 0.4) -> TaskResult:
    """Ours, a strong and a weak baseline, and a source of candidates that beats them all."""
    systems = {
        "ours": figures(Family.OURS, ndcg_10=noisy(ours, count, 1)),
        "weak": figures(Family.BASELINE, ndcg_10=noisy(0.1, count, 2)),
        "strong_one": figures(Family.BASELINE, ndcg_10=noisy(rival, count, 3)),
        "signal": figures(Family.SOURCE, ndcg_10=noisy(0.9, count, 4)),
    }
    return task(systems, people(count))


def dial_task() -> TaskResult:
    """NDCG .8, 1, .96, .9 at 0, .1, .5 and 1, coverage .1, .2, .4, .3, Gini .9, .8, .5, .4."""
    places = {
        0.1: (1.0, 0.2, 0.8),
        0.0: (0.8, 0.1, 0.9),
        1.0: (0.9, 0.3, 0.4),
        0.5: (0.96, 0.4, 0.5),
    }
    systems = {
        f"diversity {dial}": figures(
            Family.DIAL,
            dial,
            {"coverage@10": seen, "exposure gini@10": gini},
            ndcg_10=np.full(40, ndcg),
        )
        for dial, (ndcg, seen, gini) in places.items()
    }
    return task(systems, people(40))
