"""The verdict: three sentences, made from the figures by rule, that claim no more than these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluation.document import Comparison, Estimate, Price, TaskSummary
from evaluation.doubt import BETTER, FEW, UNDECIDED, Paired, verdict
from evaluation.summary.metrics import COVERAGE, OURS, TRUTH
from evaluation.systems import Family
from evaluation.tasks import Task

LOSS = 0.05
"""The loss of NDCG whose worth is told."""

CHANCE = 0.05
"""From this p-value on, after Holm, a difference is said to be chance, maybe."""

_ABOUT = {Task.PEOPLE: "new people", Task.REACTIVATION: "dormant ties"}

_NOTHING = {
    Task.PEOPLE: "nobody who was asked met anyone new",
    Task.REACTIVATION: "nobody who was asked picked one up again",
}


def tell(
    tasks: Sequence[TaskSummary],
    shown: Paired | None,
    prices: Sequence[Price],
    reasons: Mapping[str, Estimate],
) -> list[str]:
    """Three sentences: on new people, on dormant ties, and on how varied lists are.

    shown: the coverage of our lists against that of the best baseline's.
    """
    by_task = {task.task: task for task in tasks}
    people = by_task.get(Task.PEOPLE)
    return [
        on_task(Task.PEOPLE, people),
        on_task(Task.REACTIVATION, by_task.get(Task.REACTIVATION)),
        on_variety(people, shown, prices, reasons),
    ]


def on_task(task: Task, summary: TaskSummary | None) -> str:
    """Whether ours are better than the best baseline."""
    ours = None if summary is None else _ours(summary)
    if summary is None or ours is None or ours.value is None:
        return f"Of {_ABOUT[task]} nothing can be told: {_missing(task, summary)}."
    figure = f"an {summary.primary.upper()} of {ours.value:.3f}"
    reach = f"For {_ABOUT[task]} our lists reach {figure} ({_count(ours.people)})"
    rival = _best(summary)
    if few := _few(ours, rival):
        return f"{reach}{few}."
    if rival is None:
        return f"{reach}; there is no baseline to hold it against."
    told = f"For {_ABOUT[task]} {_judged(rival)}: {figure}, {_margin(rival)}{_chance(rival)}"
    return f"{told}{_by_one_source(summary)}."


def on_variety(
    people: TaskSummary | None,
    shown: Paired | None,
    prices: Sequence[Price],
    reasons: Mapping[str, Estimate],
) -> str:
    """How many different people are shown, and what the dial buys; or whether reasons are true."""
    if people is None or people.asked == 0:
        return "Of how varied lists are nothing can be told: nobody was asked for new people."
    if people.asked < FEW:
        asked = f"{people.asked} {'person was' if people.asked == 1 else 'people were'}"
        return f"How varied lists are cannot be told yet: only {asked} asked."
    told = [_shown(shown, people.best_rival), _bought(prices)]
    clauses = [one for one in told if one]
    if len(clauses) < len(told) and (true := _true(reasons)):
        clauses.append(true)
    if not clauses:
        return "Of how varied lists are nothing can be told: it was not measured."
    joined = "; ".join(clauses)
    return f"{joined[0].upper()}{joined[1:]}."


def _missing(task: Task, summary: TaskSummary | None) -> str:
    """Why there is no figure of ours."""
    if summary is None or summary.asked == 0:
        return "nobody was asked"
    return _NOTHING[task] if summary.answered == 0 else "our lists were not judged"


def _few(ours: Estimate, rival: Comparison | None) -> str:
    """That there are too few people to tell anything; "" where there are enough."""
    if ours.people < FEW:
        return ": too few to tell whether this is good"
    if rival is None or (people := rival.difference.people) >= FEW:
        return ""
    both = f"{_count(people)} can be compared with {_name(rival.rival)}"
    return f"; only {both}, which is too few to tell"


def _ours(summary: TaskSummary) -> Estimate | None:
    row = next((row for row in summary.rows if row.system == OURS), None)
    return None if row is None else row.metrics.get(summary.primary)


def _best(summary: TaskSummary) -> Comparison | None:
    """Ours against the best baseline on the primary metric."""
    wanted = (summary.best_rival, summary.primary)
    return next((one for one in summary.comparisons if (one.rival, one.metric) == wanted), None)


def _by_one_source(summary: TaskSummary) -> str:
    """Which of our sources of candidates, the best first, does as well by itself; "" for none."""
    held = {one.rival: one for one in summary.comparisons if one.metric == summary.primary}
    ranked = [row.system for row in summary.rows if row.family == Family.SOURCE]
    best = next((held[name] for name in ranked if name in held), None)
    if best is None or best.verdict == BETTER or best.difference.people < FEW:
        return ""
    name = f"{_name(best.rival)} alone, one of the sources they draw on"
    if best.verdict == UNDECIDED:
        return f"; no difference is shown between them and {name}"
    return f"; they are worse than {name}"


def _judged(rival: Comparison) -> str:
    name = f"the best baseline, {_name(rival.rival)}"
    if rival.verdict == UNDECIDED:
        return f"no difference is shown between our lists and {name}"
    return f"our lists are {rival.verdict} than {name}"


def _margin(rival: Comparison) -> str:
    """How far ours is from the rival; over (almost) nothing there is no ratio."""
    people = _count(rival.difference.people)
    times, apart = rival.ratio, rival.difference
    if times.value is not None and times.low is not None and times.high is not None:
        return f"{_times(times.value)} as high ({_within(times)}, {people})"
    side = "below" if (apart.value or 0) < 0 else "above"
    low, high = apart.low or 0.0, apart.high or 0.0
    return (
        f"{abs(apart.value or 0):.3f} {side} its own "
        f"(95 % interval {low:+.3f} to {high:+.3f}, {people})"
    )


def _chance(rival: Comparison) -> str:
    """What a difference is worth among all that were looked for."""
    if rival.verdict == UNDECIDED or rival.p_holm is None or rival.p_holm < CHANCE:
        return ""
    return f", which may be chance among so many comparisons (p = {rival.p_holm:.2f} after Holm)"


def _shown(shown: Paired | None, rival: str) -> str:
    """How many different people our lists show, against those of the rival."""
    if shown is None or shown.ratio.value is None or shown.ratio.low is None:
        return ""
    times = f"{_times(shown.ratio.value)} as many"
    judged = verdict(shown.difference)
    if judged == UNDECIDED:
        return (
            "no difference is shown in how many different people our lists name and those of "
            f"{_name(rival)} do ({times}, {_within(shown.ratio)})"
        )
    only = "" if judged == BETTER else "only "
    return (
        f"our lists of new people name {only}{times} different people as those of "
        f"{_name(rival)} ({_within(shown.ratio)})"
    )


def _bought(prices: Sequence[Price]) -> str:
    """What giving up some NDCG does for the number of people who are shown."""
    price = next((one for one in prices if (one.metric, one.loss) == (COVERAGE, LOSS)), None)
    if price is None:
        return ""
    cost = f"for up to {LOSS:.0%} of NDCG@10 the diversity dial".replace("%", " %")
    if price.value <= price.start:
        return f"{cost} brings no more people into view"
    if verdict(price.gained) != BETTER:
        return f"{cost} is not shown to bring more people into view"
    turned = ", turned down," if price.dial < price.start_dial else ""
    gain = f"from {_share(price.start)} to {_share(price.value)}"
    return f"{cost}{turned} takes the share of people in view {gain}"


def _true(reasons: Mapping[str, Estimate]) -> str:
    truth = reasons.get(TRUTH)
    if truth is None or truth.value is None or truth.people < FEW:
        return ""
    return f"{_share(truth.value)} of the reasons given hold when held against the events"


def _within(estimate: Estimate) -> str:
    """The interval of a ratio, so exactly that one sees on which side of 1 it ends.

    >>> _within(Estimate(value=1.2, low=1.0012, high=1.4, people=90))
    '95 % interval 1.001 to 1.400'
    """
    ends = (estimate.low or 0.0, estimate.high or 0.0)
    places = 3 if any(abs(end - 1) < 0.005 for end in ends) else 2
    return f"95 % interval {ends[0]:.{places}f} to {ends[1]:.{places}f}"


def _times(ratio: float) -> str:
    """How many times, in words that go before "as high".

    >>> _times(1.184), _times(1234.5)
    ('1.18 times', '1,234 times')
    """
    return f"{ratio:.2f} times" if ratio < 100 else f"{ratio:,.0f} times"


def _share(value: float) -> str:
    """A share in per cent; never rounded up to all, nor down to nothing.

    >>> _share(0.9999), _share(1.0), _share(0.412)
    ('99.9 %', '100.0 %', '41.2 %')
    """
    shown = value if value in {0.0, 1.0} else min(max(value, 0.001), 0.999)
    return f"{shown:.1%}".replace("%", " %")


def _count(people: int) -> str:
    return "1 person" if people == 1 else f"{people:,} people"


def _name(system: str) -> str:
    return system.replace("_", " ")
