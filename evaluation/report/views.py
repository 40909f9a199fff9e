"""What of a document stands where on the page: choosing and ordering, no drawing."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from evaluation.document import Comparison, Document, Estimate, Left, Price, Row, TaskSummary
from evaluation.doubt import BETTER, verdict
from evaluation.report.pareto import Plane, Point
from evaluation.report.words import ACCURACY, base, defined

FIRST_COLUMNS = ("recall", "mrr", "coverage", "intra-list diversity", "exposure gini")


def value_of(row: Row, metric: str) -> float:
    """A row's pooled figure; minus infinity where it is undefined, which sorts it last."""
    one = row.metrics.get(metric)
    known = one is not None and one.value is not None and isfinite(one.value)
    return one.value if one is not None and one.value is not None and known else float("-inf")


def ranked(
    task: TaskSummary, families: Iterable[str] = ("ours", "baseline", "source")
) -> list[Row]:
    """Ours first, then the others of these families by the task's primary metric."""
    kept = [row for row in task.rows if row.family in set(families)]
    return sorted(
        kept, key=lambda row: (row.family != "ours", -value_of(row, task.primary), row.system)
    )


def figures(rows: Iterable[Row], metric: str) -> list[Estimate | None]:
    """What rows come to on a metric, pooled."""
    return [row.metrics.get(metric) for row in rows]


def metrics_of(task: TaskSummary) -> list[str]:
    """Every metric that any row holds; the primary first, then as met."""
    met = [metric for row in task.rows for metric in row.metrics]
    return list(dict.fromkeys([task.primary, *met]))


def first_columns(task: TaskSummary) -> list[str]:
    """The metrics of the first table beside the primary, as far as there are any."""
    met = metrics_of(task)[1:]
    chosen = [next((m for m in met if base(m) == kind), None) for kind in FIRST_COLUMNS]
    return [metric for metric in chosen if metric]


def best(task: TaskSummary, metric: str, better: str, families: Iterable[str]) -> str:
    """The system with the best figure of a metric; "" where none is defined."""
    known = [(value_of(row, metric), row.system) for row in ranked(task, families)]
    known = [pair for pair in known if isfinite(pair[0])]
    if not known or not better:
        return ""
    return (min(known) if better == "lower" else max(known))[1]


def main_task(document: Document) -> TaskSummary | None:
    """The task of the first screen: new people where they were asked for."""
    people = [task for task in document.tasks if task.task == "people"]
    return next(iter([*people, *document.tasks]), None)


def against(task: TaskSummary) -> dict[str, Comparison]:
    """By rival, ours against it on the primary metric, pooled."""
    return {one.rival: one for one in task.comparisons if one.metric == task.primary}


def duels(
    task: TaskSummary,
) -> dict[str, list[tuple[str, Comparison | None, dict[str, Comparison]]]]:
    """By metric, each rival with its comparison pooled and by cutoff; best rival first."""
    every = [*task.comparisons, *task.comparisons_by_cutoff]
    metrics = dict.fromkeys([task.primary, *(one.metric for one in every)])
    place = {row.system: at for at, row in enumerate(ranked(task))}
    found = {}
    for metric in metrics:
        of = [one for one in every if one.metric == metric]
        rivals = sorted({one.rival for one in of}, key=lambda r: (place.get(r, len(place)), r))
        if rivals:
            found[metric] = [_duel(rival, of, task) for rival in rivals]
    return found


def _duel(
    rival: str, of: list[Comparison], task: TaskSummary
) -> tuple[str, Comparison | None, dict[str, Comparison]]:
    mine = [one for one in of if one.rival == rival]
    pooled = next((one for one in mine if one in task.comparisons), None)
    return rival, pooled, {one.cutoff: one for one in mine if one is not pooled}


def cutoffs_of(task: TaskSummary) -> list[str]:
    """The cutoffs that comparisons were made at, in order."""
    return sorted({one.cutoff for one in task.comparisons_by_cutoff})


def plane(document: Document, task: TaskSummary, metric: str, rivals_only: bool) -> Plane | None:
    """The task's primary metric against another along the dial; None where nothing is defined."""
    pair = [(d.dial, d.metrics.get(metric), d.metrics.get(task.primary)) for d in document.dials]
    curve = [
        (dial, x, y)
        for dial, x, y in sorted(pair, key=lambda three: three[0])
        if x is not None and y is not None and defined(x.value) and defined(y.value)
    ]
    points = [
        Point(row.system, role, row.metrics[metric], row.metrics[task.primary])
        for row in reversed(ranked(task, ("ours", "baseline")))
        if (role := role_of(task, row.system)) in {"ours", "rival"} or not rivals_only
        if all(m in row.metrics and defined(row.metrics[m].value) for m in (metric, task.primary))
    ]
    return Plane(metric, task.primary, curve, points) if curve or points else None


def role_of(task: TaskSummary, system: str) -> str:
    """How a system is drawn: "ours", "rival" for the best baseline, or "other"."""
    ours = {row.system for row in task.rows if row.family == "ours"} or {"ours"}
    return "ours" if system in ours else "rival" if system == task.best_rival else "other"


def lines(task: TaskSummary) -> list[tuple[str, str, dict[str, Estimate]]]:
    """System, role and primary metric by cutoff of each row; ours comes last, to lie on top."""
    rows = sorted(
        ranked(task, ("ours", "baseline")),
        key=lambda row: ("other", "rival", "ours").index(role_of(task, row.system)),
    )
    return [
        (
            row.system,
            role_of(task, row.system),
            {
                cutoff: by[task.primary]
                for cutoff, by in row.by_cutoff.items()
                if task.primary in by
            },
        )
        for row in rows
    ]


def priced(document: Document) -> list[str]:
    """The metrics of the dial that are not about accuracy, as met."""
    met = [metric for point in document.dials for metric in point.metrics]
    return [metric for metric in dict.fromkeys(met) if base(metric) not in ACCURACY]


def price_rows(document: Document) -> dict[str, dict[float, Price]]:
    """By metric, the best value for at most each loss."""
    rows: dict[str, dict[float, Price]] = {}
    for price in document.prices:
        rows.setdefault(price.metric, {})[price.loss] = price
    return rows


def is_gain(price: Price) -> bool:
    """Whether the interval of what is gained lies wholly on the better side of 0."""
    return verdict(price.gained, price.better) == BETTER


def parts(document: Document, kind: str) -> list[Left]:
    """What was left out in turn, of one kind; what is missed most comes first."""
    kept = [part for part in document.ablation if part.kind == kind]
    return sorted(kept, key=lambda part: (_or(part.without, float("inf")), part.part))


def _or(estimate: Estimate, otherwise: float) -> float:
    return otherwise if estimate.value is None or not defined(estimate.value) else estimate.value


def groupings(task: TaskSummary) -> dict[str, list[int]]:
    """By grouping, where its strata stand in the task."""
    found: dict[str, list[int]] = {}
    for at, stratum in enumerate(task.strata):
        found.setdefault(stratum.grouping, []).append(at)
    return found


def left_out(document: Document) -> list[tuple[str, str, list[str]]]:
    """Systems that did not run, why, and at which cutoffs."""
    found: dict[tuple[str, str], list[str]] = {}
    for facts in document.cutoffs:
        for system, why in facts.left_out.items():
            found.setdefault((system, why), []).append(facts.cutoff)
    return [(system, why, at) for (system, why), at in sorted(found.items())]


def facts(document: Document) -> list[dict[str, Any]]:
    """What was known at each cutoff, by name; of nested facts only whole numbers are shown."""
    return [
        {
            name: fact
            for name, fact in flat(one.facts).items()
            if ": " not in name or isinstance(fact, int)
        }
        for one in document.cutoffs
    ]


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """Nested values side by side, under both names.

    >>> flat({"train": {"seed": 0}, "depth": 100})
    {'train: seed': 0, 'depth': 100}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= {f"{name}: {inner}": one for inner, one in flat(value).items()}
        else:
            found[name] = value
    return found
