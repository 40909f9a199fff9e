"""Made-up reports, as a real evaluation could have them: for tests, and to look at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evaluation import document as d
from evaluation.document import Document, Estimate
from evaluation.strata import ANSWER_GROUPS, ASKER_GROUPS
from recommender.domain.slate import FACTORS, SIGNALS

HOSTILE = "<script>alert('x')</script> & $\\frac{1}{0}$ \u6f22"
CUTOFFS = [f"{day}T00:00:00Z" for day in ("2015-10-01", "2016-01-01", "2016-04-01", "2016-07-01")]
BASELINES = {
    "random": 0.0012, "popularity": 0.031, "recent_activity": 0.026, "adamic_adar": 0.0724,
    "resource_allocation": 0.0755, "personalised_pagerank": 0.0831, "bm25_contacts": 0.0612,
    "rp3beta": 0.0862, "ease": 0.0884, "co_participation": 0.0641, "topic_cosine": 0.0352,
    "implicit_als": 0.0573, "my_own_two_tower_network_with_a_long_name": 0.0794,
}  # fmt: skip
TIE_BASELINES = {
    "recency": 0.301, "frequency": 0.334, "decayed_frequency": 0.352,
    "contacts_activity": 0.262, HOSTILE: 0.318,
}  # fmt: skip
SOURCES = {name: round(0.0811 - 0.004 * place, 4) for place, name in enumerate(SIGNALS)}
PEOPLE_METRICS = {
    "ndcg@10": 1.0, "recall@10": 1.2, "recall@100": 3.9, "mrr": 1.25, "map@10": 0.6,
    "intra-list diversity@10": 0.0, "community recall@10": 0.0, "weak-tie share@10": 0.0,
    "novelty@10": 0.0, "unexpectedness@10": 0.0, "serendipity@10": 0.35, "coverage@10": 0.0,
    "exposure gini@10": 0.0,
}  # fmt: skip
LEVELS = {
    "intra-list diversity@10": 0.62, "community recall@10": 0.31, "weak-tie share@10": 0.24,
    "novelty@10": 9.4, "unexpectedness@10": 0.48, "coverage@10": 0.36, "exposure gini@10": 0.71,
}  # fmt: skip
VERDICT = [
    "Of 1,873 people with an answer our lists serve more than the best baseline, ease: 1.14 times.",
    "Nobody else does better on any task; on fading ties it cannot be told from mere habit.",
    "Turning the dial to 0.3 costs 4.1 % of NDCG and lets lists reach 29 % more people.",
]
REASONS = {
    "reason truth": (1.0, 0.0), "reason coverage": (0.973, 0.004), "distinctness": (0.58, 0.02),
    "comprehensiveness": (4.31, 0.22), "comprehensiveness, random control": (1.12, 0.12),
    "sufficiency": (0.71, 0.012), "sufficiency, random control": (0.33, 0.01),
}  # fmt: skip
SERVED = 0.125
NOTHING = Estimate(value=None, low=None, high=None, people=0)


def around(value: float, spread: float, people: int = 1873) -> Estimate:
    """A figure with an even interval."""
    return Estimate(value=value, low=value - spread, high=value + spread, people=people)


def full() -> Document:
    """Four cutoffs, four tasks, every section filled, hostile names and gaps among them."""
    draw = np.random.default_rng(7)
    return Document(
        title="math.stackexchange, people who address each other",
        version="0.1.0",
        verdict=VERDICT,
        notes=["The last cutoff is judged by 71 of 90 days: the data end on 2016-09-10."],
        settings={
            "horizon_days": 90, "resamples": 2000, "seed": 0, "depth": 100,
            "attribute": None, "cutoffs": CUTOFFS, "source": "/data/math <2016>", "fit": True,
        },
        cutoffs=[_facts(cutoff, at) for at, cutoff in enumerate(CUTOFFS)],
        tasks=[
            _people(draw, "people", "New people, addressed", 1.0),
            _people(draw, "reciprocated", "New people, and they answered", 0.62),
            _ties(draw, "reactivation", "Dormant ties that came back", 1.0),
            _ties(draw, "fading", "Fading ties that returned", 1.25),
        ],
        dials=_dials(), prices=_prices(),
        ablation=_ablation(draw), pool=around(0.0312, 0.004),
        reasons={metric: around(*figure) for metric, figure in REASONS.items()},
        reliability=[_reliability("return of fading ties"), _reliability("reciprocity")],
        groups={"students": -0.041, "lecturers & <b>tutors</b>": 0.052, "guests": -0.011},
    )  # fmt: skip


def empty() -> Document:
    """Nothing at all."""
    return Document(
        title="", version="", verdict=[], settings={}, cutoffs=[], tasks=[], dials=[], prices=[],
        ablation=[], reasons={}, reliability=[], groups={},
    )  # fmt: skip


def sparse() -> Document:
    """Almost nothing: one cutoff, one task, ours alone, and no figure defined."""
    rows = [d.Row(system="ours", family="ours", metrics={"ndcg@10": NOTHING}, by_cutoff={})]
    task = d.TaskSummary(
        task="people", title="New people", explanation="", primary="ndcg@10", asked=3, answered=0,
        best_rival="", rows=rows, comparisons=[], comparisons_by_cutoff=[], strata=[],
    )  # fmt: skip
    cutoff = d.CutoffFacts(cutoff=CUTOFFS[0], facts={}, left_out={})
    return replace(empty(), title="A tiny community", cutoffs=[cutoff], tasks=[task])


def compared(
    task: str, metric: str, rival: str, cutoff: str, pair: tuple[float, float], spread: float
) -> d.Comparison:
    """Ours against a rival, both values given; `spread` is that of the difference."""
    ours, theirs = pair
    gap = around(ours - theirs, spread)
    ratio = around(ours / theirs, spread / theirs) if theirs > 0 else NOTHING
    shown = "better" if ours - theirs > spread else "worse" if theirs - ours > spread else ""
    return d.Comparison(
        task=task, metric=metric, rival=rival, cutoff=cutoff, ratio=ratio, difference=gap,
        effect=(ours - theirs) / 0.21, p=0.012, p_holm=None if cutoff else 0.0405,
        verdict=shown or "no difference shown",
    )  # fmt: skip


def _facts(cutoff: str, at: int) -> d.CutoffFacts:
    return d.CutoffFacts(
        cutoff=cutoff,
        facts={"people": 41_200 + 4_100 * at, "ties": 512_004 + 61_350 * at, "asked": 1_853},
        left_out={
            "ease": "its matrix of 53,500 × 53,500 people would take 21.3 GiB",
            **({HOSTILE: "raised ValueError: <b>boom</b>"} if at == 1 else {}),
        } if at else {},
    )  # fmt: skip


def _row(
    draw: np.random.Generator, system: str, family: str, level: float, metrics: dict[str, float]
) -> d.Row:
    def figures(spread: float) -> dict[str, Estimate]:
        wobble = 1 + spread * float(draw.normal())
        told = {m: around(level * f * wobble, 0.004 + 0.05 * level) for m, f in metrics.items()}
        for metric, mean in LEVELS.items():
            if metric in metrics:
                drawn = 1 + 0.16 * float(np.clip(draw.normal(), -1.6, 1.6))
                value = _turned(metric, SERVED) if family == "ours" else mean * drawn
                told[metric] = around(value, 0.012 * mean)
        return told

    pooled = figures(0.0)
    if system == "topic_cosine":
        pooled |= {"mrr": NOTHING, "coverage@10": NOTHING}
    cutoffs = {cutoff: figures(0.09) for cutoff in CUTOFFS[: 2 if system == "ease" else 4]}
    return d.Row(system=system, family=family, metrics=pooled, by_cutoff=cutoffs)


def _comparisons(task: str, metric: str, rows: list[d.Row]) -> tuple[list[d.Comparison], ...]:
    def against(row: d.Row, cutoff: str, spread: float) -> d.Comparison:
        ours = (rows[0].by_cutoff[cutoff] if cutoff else rows[0].metrics)[metric].value
        theirs = (row.by_cutoff[cutoff] if cutoff else row.metrics)[metric].value
        assert ours is not None
        assert theirs is not None
        return compared(task, metric, row.system, cutoff, (ours, theirs), spread * (0.004 + ours))

    pooled = [against(row, "", 0.08) for row in rows[1:]]
    each = [against(row, cutoff, 0.15) for row in rows[1:] for cutoff in row.by_cutoff]
    return pooled, each


def _people(draw: np.random.Generator, task: str, title: str, level: float) -> d.TaskSummary:
    rows = [_row(draw, "ours", "ours", 0.1012 * level, PEOPLE_METRICS)]
    for family, systems in (("source", SOURCES), ("baseline", BASELINES)):
        rows += [
            _row(draw, name, family, at * level, PEOPLE_METRICS) for name, at in systems.items()
        ]
    pooled, each = _comparisons(task, "ndcg@10", rows)
    return d.TaskSummary(
        task=task, title=title, primary="ndcg@10", asked=7412, answered=int(1873 * level),
        explanation="Whom did people address in the next 90 days for the first time?",
        best_rival="ease", rows=rows, comparisons=pooled, comparisons_by_cutoff=each,
        strata=_strata(draw, 0.1 * level, "ease"),
    )  # fmt: skip


def _ties(draw: np.random.Generator, task: str, title: str, level: float) -> d.TaskSummary:
    metrics = {"ndcg@5": 1.0, "auc": 1.9 / level, "mrr": 1.1}
    rows = [_row(draw, "ours", "ours", 0.361 * level, metrics)]
    rows += [_row(draw, n, "baseline", at * level, metrics) for n, at in TIE_BASELINES.items()]
    pooled, each = _comparisons(task, "ndcg@5", rows)
    return d.TaskSummary(
        task=task, title=title, primary="ndcg@5", asked=2310, answered=514,
        explanation="Which of their quiet ties did people pick up again within 90 days?",
        best_rival="decayed_frequency", rows=rows, comparisons=pooled, comparisons_by_cutoff=each,
        strata=[],
    )  # fmt: skip


def _strata(draw: np.random.Generator, level: float, rival: str) -> list[d.Stratum]:
    return [
        d.Stratum(
            grouping=grouping, name=name, people=int(draw.integers(40, 1400)),
            metrics={"ours": around(level * float(draw.uniform(0.7, 1.4)), 0.012)}
            | ({rival: around(0.8 * level, 0.012)} if name != "further" else {}),
        )
        for grouping, parts in {**ASKER_GROUPS, **ANSWER_GROUPS}.items() for name in parts
    ]  # fmt: skip


def _turned(metric: str, dial: float) -> float:
    return LEVELS[metric] * (1 + (-0.3 if "gini" in metric else 0.55) * dial**0.8)


def _dials() -> list[d.DialPoint]:
    def point(dial: float) -> d.DialPoint:
        gains = {m: around(_turned(m, dial), v * 0.015) for m, v in LEVELS.items()}
        rest = {"recall@100": around(0.39 - 0.1 * dial, 0.01), "serendipity@10": NOTHING}
        return d.DialPoint(
            dial=dial,
            metrics={"ndcg@10": around(0.1021 * (1 - 0.42 * dial**1.7), 0.0042), **gains, **rest},
        )

    return [point(at / 8) for at in range(9)]


def _prices() -> list[d.Price]:
    return [
        d.Price(
            metric=metric, better="lower" if "gini" in metric else "higher", loss=loss,
            start=level, value=_turned(metric, dial), dial=dial, lost=loss * 0.8, start_dial=0.0,
            gained=around(_turned(metric, dial) - level, 0.05), cost=around(loss * 0.8, 0.005),
        )
        for metric, level in LEVELS.items()
        for loss, dial in ((0.02, 0.125), (0.05, 0.25), (0.1, 0.375))
    ]  # fmt: skip


def _ablation(draw: np.random.Generator) -> list[d.Left]:
    parts = [(name, "factor") for name in FACTORS] + [(name, "source") for name in SIGNALS]
    lost = -np.sort(draw.exponential(0.0042, len(parts)))[::-1] + 0.0012
    return [
        d.Left(
            part=part, kind=kind, without=around(float(change), 0.0011),
            verdict="no difference shown" if abs(change) <= 0.0011
            else "worse" if change < 0 else "better",
            alone=around(float(draw.uniform(0.01, 0.08)), 0.004),
            share=float(draw.uniform(0.02, 0.3)) if part != "organisation" else None,
            recall=float(draw.uniform(0.1, 0.5)) if kind == "source" else None,
            marginal=float(draw.uniform(0.0, 0.06)) if kind == "source" else None,
        )
        for (part, kind), change in zip(parts, lost, strict=True)
    ]  # fmt: skip


def _reliability(name: str) -> d.Reliability:
    told = np.linspace(0.04, 0.93, 10)
    seen = np.clip(told + 0.09 * np.sin(5 * told), 0, 1)
    counts = (4200 * np.exp(-4 * told)).astype(int) + 12
    bins = [(float(p), float(o), int(c)) for p, o, c in zip(told, seen, counts, strict=True)]
    return d.Reliability(name=name, bins=bins, error=0.047, brier=0.112, count=int(counts.sum()))
