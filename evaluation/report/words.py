"""How names, metrics and numbers are put for people."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from evaluation.document import Estimate

NO_FIGURE = "–"
NO_DIFFERENCE = "no difference shown"


@dataclass(frozen=True, slots=True)
class Measure:
    """How a metric is shown.

    form: "score" (four decimals), "share" (per cent), "number" (two decimals) or "points"
    (signed percentage points). better: "higher", "lower" or "" where neither is.
    """

    title: str
    form: str
    better: str
    about: str


MEASURES = {
    "ndcg": Measure(
        "NDCG", "score", "higher", "How far up the list the right people stand; 1 is a perfect list"
    ),
    "recall": Measure("Recall", "share", "higher", "Share of the right people who are listed"),
    "mrr": Measure("MRR", "score", "higher", "One over the place of the first right person"),
    "map": Measure(
        "MAP", "score", "higher", "Precision at the places of the right people, on average"
    ),
    "auc": Measure(
        "AUC", "score", "higher", "How often a right person stands before another; 0.5 is chance"
    ),
    "intra-list diversity": Measure(
        "Intra-list diversity",
        "score",
        "higher",
        "How unlike the interests on one list are, 0 to 1",
    ),
    "community recall": Measure(
        "Community recall", "share", "higher", "Share of the communities that one list could reach"
    ),
    "weak-tie share": Measure(
        "Weak-tie share", "share", "higher", "Share listed from communities where one knows nobody"
    ),
    "novelty": Measure(
        "Novelty", "number", "higher", "How little known those listed are, in bits of surprise"
    ),
    "unexpectedness": Measure(
        "Unexpectedness",
        "share",
        "higher",
        "Share listed whom mutual contacts or popularity alone would not have named",
    ),
    "serendipity": Measure(
        "Serendipity", "share", "higher", "Share listed who are unexpected and turned out right"
    ),
    "coverage": Measure("Coverage", "share", "higher", "Share of all people who are on any list"),
    "exposure gini": Measure(
        "Exposure Gini",
        "score",
        "lower",
        "How unevenly lists are shared out among people; 0 is evenly, 1 is all to one",
    ),
    "visibility gap": Measure(
        "Visibility gap",
        "share",
        "lower",
        "How far shares of lists and of people part, between declared groups",
    ),
    "reason truth": Measure(
        "Truth", "share", "higher", "Reasons that hold when computed again from the events"
    ),
    "aside truth": Measure(
        "Truth of caveats and introducers",
        "share",
        "higher",
        "Caveats and introducers that hold when looked up in the events",
    ),
    "reason coverage": Measure(
        "Coverage", "share", "higher", "People listed with at least one reason"
    ),
    "comprehensiveness": Measure(
        "Comprehensiveness",
        "number",
        "higher",
        "Places lost once what the reasons cite is set to what is usual",
    ),
    "sufficiency": Measure(
        "Sufficiency", "share", "higher", "Share of the score that what the reasons cite would keep"
    ),
    "distinctness": Measure(
        "Distinctness", "score", "higher", "How unlike the reasons on one list are, 0 to 1"
    ),
}
"""By the name of a metric without its length."""

ACCURACY = ("ndcg", "recall", "mrr", "map", "auc")


def base(metric: str) -> str:
    """A metric's name without length, stratum or control.

    >>> base("ndcg@10 · two hops"), base("sufficiency, random control")
    ('ndcg', 'sufficiency')
    """
    whole, *_ = metric.split(" · ")
    return whole.partition("@")[0].removesuffix(", random control")


def measure(metric: str) -> Measure:
    """How a metric is shown; one that is not known here is a score under its own name."""
    known = MEASURES.get(base(metric))
    return known or Measure(base(metric), "score", "", "")


def metric_title(metric: str) -> str:
    """A metric's title.

    >>> metric_title("exposure gini@10"), metric_title("ndcg@5 · two hops")
    ('Exposure Gini@10', 'NDCG@5 · two hops')
    """
    name = base(metric)
    return measure(metric).title + metric[len(name) :]


def name(system: str) -> str:
    """A system's or a part's name.

    >>> name("personalised_pagerank")
    'personalised pagerank'
    """
    return system.replace("_", " ")


def date(cutoff: str) -> str:
    """A cutoff's day, and its time where that is not midnight.

    >>> date("2016-07-01T00:00:00Z"), date("2016-07-01T08:30:00Z")
    ('2016-07-01', '2016-07-01 08:30')
    """
    day, clock = cutoff[:10], cutoff[11:16]
    return day if clock in {"", "00:00"} else f"{day} {clock}"


def defined(value: float | None) -> bool:
    """Whether there is a figure to show."""
    return value is not None and math.isfinite(value)


def number(value: float | None, form: str) -> str:
    r"""A figure in its form (`Measure`), or "signed" or "ratio"; a dash where there is none.

    >>> [number(0.08731, "score"), number(0.0041, "share"), number(1.214, "ratio")]
    ['0.0873', '0.41\u202f%', '1.21×']
    """
    if value is None or not math.isfinite(value):
        return NO_FIGURE
    if form == "share":
        places = 2 if 0 < abs(value) < 0.01 else 1
        return f"{100 * value:.{places}f}\u202f%".replace("-", "−")
    if form == "points":
        return f"{100 * value:+.1f}\u202fpp".replace("-", "−")
    if form == "ratio":
        return f"{value:,.{2 if value < 10 else 0}f}×"
    places = {"number": 2, "signed": 4}.get(form, 4)
    sign = "+" if form == "signed" else ""
    # What rounds to nothing has no sign.
    return f"{round(value, places) + 0.0:{sign}.{places}f}".replace("-", "−")


def tick(value: float, form: str) -> str:
    r"""A round value on an axis.

    >>> tick(-0.05, "score"), tick(0.05, "share"), tick(2.0, "ratio")
    ('−0.05', '5\u202f%', '2×')
    """
    unit = {"share": "\u202f%", "points": "\u202fpp"}.get(form, "")
    shown = f"{100 * value if unit else value:.4g}{unit}"
    return shown.replace("-", "−") + ("×" if form == "ratio" else "")


def told(estimate: Estimate | None, form: str) -> str:
    """A figure with its doubt, for tooltips and for those who hear the page.

    >>> told(Estimate(value=0.5, low=0.4, high=0.6, people=1200), "score")
    '0.5000, 95 % interval 0.4000 to 0.6000, 1,200 people'
    """
    if estimate is None or not defined(estimate.value):
        return "undefined"
    text = number(estimate.value, form)
    if defined(estimate.low) and defined(estimate.high):
        text += f", 95 % interval {number(estimate.low, form)} to {number(estimate.high, form)}"
    return f"{text}, {estimate.people:,} people" if estimate.people else text


def certain(value: float) -> Estimate:
    """A figure that comes without doubt or people."""
    return Estimate(value=value, low=None, high=None, people=0)


def spread(estimate: Estimate, form: str, between: str = "–") -> str:
    """The interval alone; empty where there is none.

    >>> spread(Estimate(value=1.2, low=1.1, high=1.3, people=9), "ratio")
    '1.10–1.30'
    >>> spread(Estimate(value=0.1, low=-0.2, high=0.3, people=9), "signed", " to ")
    '−0.2000 to +0.3000'
    """
    if not (defined(estimate.low) and defined(estimate.high)):
        return ""
    low, high = number(estimate.low, form), number(estimate.high, form)
    return f"{low}{between}{high}".replace("×", "")


def setting(value: Any) -> str:
    """A setting or a fact as people write it.

    >>> setting(12000), setting(["a", "b"]), setting(None), setting(True)
    ('12,000', 'a, b', '–', 'yes')
    """
    match value:
        case None:
            return NO_FIGURE
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
        case dict():
            return ", ".join(f"{key}: {setting(one)}" for key, one in value.items())
        case list() | tuple():
            return ", ".join(setting(one) for one in value)
    return str(value)
