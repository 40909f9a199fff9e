"""What the plots share: marks, ticks, and estimates as numbers to draw."""

from __future__ import annotations

from evaluation.document import Estimate
from evaluation.report.scale import Scale
from evaluation.report.words import defined, measure, name, tick

MARKS = {"ours": ("o", 8.0), "rival": ("s", 6.5), "other": ("o", 5.5)}
"""By role, a marker and its size in pixels: told apart by shape as well as by colour."""


def ticked(scale: Scale, metric: str) -> dict[float, str]:
    """A scale's ticks with their words."""
    return {value: tick(value, measure(metric).form) for value in scale.ticks}


def value_of(estimate: Estimate) -> float:
    """The figure, NaN where it is undefined."""
    return float("nan") if estimate.value is None else estimate.value


def span_of(estimate: Estimate) -> list[float]:
    """Both bounds, each the figure itself where it is undefined."""
    value = value_of(estimate)
    bounds = (estimate.low, estimate.high)
    return [bound if bound is not None and defined(bound) else value for bound in bounds]


def short(system: str, longest: int) -> str:
    """A name of at most so many letters.

    >>> short("personalised_pagerank", 14)
    'personalised…'
    """
    shown = name(system)
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"
