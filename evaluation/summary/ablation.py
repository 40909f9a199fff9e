"""What every factor and every source of candidates is worth: left out, and alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluation.document import Estimate, Left
from evaluation.doubt import verdict
from evaluation.results import CutoffResult
from evaluation.summary.metrics import NDCG, OURS
from evaluation.summary.scope import Scope
from evaluation.systems import Family
from evaluation.tasks import Task
from recommender.domain.slate import FACTORS, SIGNALS

WITHOUT, ALONE = "without ", " alone"
"""What the names of these systems have before and behind that of the part."""

POOL = "nothing" + ALONE
"""Our candidates with no part to order them."""


def ablation(scope: Scope, results: Sequence[CutoffResult]) -> list[Left]:
    """A row for every part that was left out or asked alone, factors first.

    scope: new people, over all of `results`, whose facts say what each part carries.
    """
    parts = _parts(scope)
    without = scope.compare([(WITHOUT + part, OURS, NDCG) for part in parts])
    alone = scope.estimates([(_alone(scope, part), NDCG) for part in parts])
    found = [_mean(results, "found_by", part) for part in parts]
    return [
        Left(
            part=part,
            kind="source" if part in SIGNALS else "factor",
            without=paired.difference,
            verdict=verdict(paired.difference),
            alone=figure,
            share=None if (share := _mean(results, "shares", part)) is None else share[0],
            recall=None if recalls is None else recalls[0],
            marginal=None if recalls is None else recalls[1],
        )
        for part, paired, figure, recalls in zip(parts, without, alone, found, strict=True)
    ]


def pool(scope: Scope) -> Estimate | None:
    """NDCG of our candidates in no order; None unless every cutoff has it, as all parts have."""
    if not scope.parts or any(POOL not in part.figures for part in scope.parts):
        return None
    return scope.estimates([(POOL, NDCG)])[0]


def _parts(scope: Scope) -> list[str]:
    """The parts by name, in the order of the model; others after them."""
    named = {name.removeprefix(WITHOUT) for name in scope.systems(Family.WITHOUT)}
    named |= {name.removesuffix(ALONE) for name in scope.systems(Family.ALONE) if name != POOL}
    known = [part for part in (*FACTORS, *SIGNALS) if part in named]
    return known + sorted(named.difference(known))


def _alone(scope: Scope, part: str) -> str:
    """The system that is this part alone; a source of candidates may go by its own name."""
    name = part + ALONE
    return name if name in scope.systems(Family.ALONE) else part


def _mean(results: Sequence[CutoffResult], fact: str, part: str) -> list[float] | None:
    """What the facts say of a part, one number or several, on mean over answered askings."""
    told = [
        (np.atleast_1d(np.asarray(result.facts[fact][part], np.float64)), _answered(result))
        for result in results
        if part in result.facts.get(fact, {})
    ]
    kept = [(values, weight) for values, weight in told if np.isfinite(values).all() and weight]
    if not kept:
        return None
    means = np.average([v for v, _ in kept], axis=0, weights=[weight for _, weight in kept])
    return [float(mean) for mean in means]


def _answered(result: CutoffResult) -> int:
    task = result.tasks.get(Task.PEOPLE)
    return 0 if task is None else int((task.answers > 0).sum())
