"""The report as a value: what `report.json` holds and `report.html` shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure, its 95 % bootstrap interval, and the people behind it. None: undefined."""

    value: float | None
    low: float | None
    high: float | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One system on one task: every metric, pooled over cutoffs and at each of them.

    by_cutoff: cutoff (ISO 8601) to metric to estimate.
    """

    system: str
    family: str
    metrics: dict[str, Estimate]
    by_cutoff: dict[str, dict[str, Estimate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Ours against a rival on one metric, over the same people.

    ratio, difference: ours / rival and ours - rival, with paired intervals. effect: mean
    difference over its standard deviation (Cohen's d_z). p: two-sided, from the bootstrap;
    p_holm: after Holm over all declared comparisons; None for the undeclared. verdict: "better",
    "worse" or "no difference shown", the last wherever the interval of the difference holds 0.
    cutoff: "" when pooled.
    """

    task: str
    metric: str
    rival: str
    cutoff: str
    ratio: Estimate
    difference: Estimate
    effect: float | None
    p: float | None
    p_holm: float | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Part of a task: some askers, or some of the answers.

    grouping: such as "contacts of the asker"; name: such as "3–9"; people: askers with an answer.
    metrics: system to estimate of the task's primary metric.
    """

    grouping: str
    name: str
    people: int
    metrics: dict[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSummary:
    """One task. asked: people asked, over all cutoffs; answered: those with an answer.

    primary: the metric that declared comparisons are about; best_rival: the baseline with the
    highest pooled value of it ("" where there is none).
    """

    task: str
    title: str
    explanation: str
    primary: str
    asked: int
    answered: int
    best_rival: str
    rows: list[Row]
    comparisons: list[Comparison]
    comparisons_by_cutoff: list[Comparison]
    strata: list[Stratum]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPoint:
    """The diversity dial at one place: where, and what our lists then come to."""

    dial: float
    metrics: dict[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The best value of a diversity metric for at most `loss` of NDCG (.02, .05, .1) lost.

    better: whether more of the metric is better ("higher" or "lower"). dial: where it is reached;
    lost: the share of NDCG lost there. start, start_dial: the metric where NDCG is highest, and
    where that is. gained: value - start, and cost: lost again, with paired intervals; of a place
    that was picked as the best, these are a little too sure.
    """

    metric: str
    better: str
    loss: float
    start: float
    value: float
    dial: float
    lost: float
    start_dial: float
    gained: Estimate
    cost: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One factor or source of candidates left out, and alone.

    part: its name; kind: "factor" or "source". without: NDCG without it minus NDCG with it;
    alone: NDCG of it alone; share: of the positive terms of the scores shown, what it carries.
    recall, marginal: for sources, recall@depth of it alone, and the recall that only it brings.
    """

    part: str
    kind: str
    without: Estimate
    verdict: str
    alone: Estimate
    share: float | None
    recall: float | None = None
    marginal: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How far probabilities came true: bins of (predicted, observed, count), and the error."""

    name: str
    bins: list[tuple[float, float, int]]
    error: float
    brier: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoffFacts:
    """One cutoff: its time (ISO 8601) and what was known then."""

    cutoff: str
    facts: dict[str, Any]
    left_out: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything. verdict: three sentences. settings: those in force, by name.

    pool: NDCG of our candidates with no factor or source to order them: what X alone is to be held
    against; None where it was not asked at every cutoff.
    reasons: metric to estimate, of our lists of new people. groups: exposure share minus
    population share by group of the declared attribute, mean over cutoffs. notes: what a reader
    must know of these figures, such as a horizon that the data cuts short.
    """

    title: str
    version: str
    verdict: list[str]
    settings: dict[str, Any]
    cutoffs: list[CutoffFacts]
    tasks: list[TaskSummary]
    dials: list[DialPoint]
    prices: list[Price]
    ablation: list[Left]
    reasons: dict[str, Estimate]
    reliability: list[Reliability]
    groups: dict[str, float]
    pool: Estimate | None = None
    notes: list[str] = field(default_factory=list)
