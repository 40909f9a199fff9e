"""What diversity costs: our lists along the dial, and the best that each loss of NDCG buys."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.document import DialPoint, Estimate, Price
from evaluation.summary.metrics import DIVERSITY, NDCG, better
from evaluation.summary.scope import Scope
from evaluation.systems import Family

LOSSES = (0.02, 0.05, 0.10)
"""Shares of NDCG that might be given up."""


def dials(scope: Scope) -> list[DialPoint]:
    """The dial at all its places, ascending, with every metric of the lists there."""
    places = _places(scope)
    table = scope.table(list(places.values()))
    return [DialPoint(dial=dial, metrics=table[places[dial]]) for dial in sorted(places)]


def prices(points: Sequence[DialPoint], scope: Scope) -> list[Price]:
    """For each diversity metric and loss, the best of `points`, which are those of `scope`.

    What is lost is held against the highest NDCG anywhere on the dial.
    """
    return [
        price
        for metric in DIVERSITY
        for loss in LOSSES
        if (price := _price(points, scope, metric, loss)) is not None
    ]


def _places(scope: Scope) -> dict[float, str]:
    """The system at each place of the dial."""
    return {
        figures.dial: name
        for part in scope.parts
        for name, figures in part.figures.items()
        if figures.family is Family.DIAL and figures.dial is not None
    }


def _price(points: Sequence[DialPoint], scope: Scope, metric: str, loss: float) -> Price | None:
    """The place with the best value of the metric; of equally good ones that which costs least."""
    # (NDCG, metric, dial) wherever both are known.
    known = [
        (ndcg, value, point.dial)
        for point in points
        if (ndcg := _value(point, NDCG)) is not None
        and (value := _value(point, metric)) is not None
    ]
    if not known or (top := max(known)[0]) <= 0:
        return None
    sign = 1 if better(metric) == "higher" else -1
    # A little more than the loss, so that one of exactly 5 % is not lost to rounding.
    within = [one for one in known if (top - one[0]) / top <= loss + 1e-9]
    start = max(known, key=lambda one: (one[0], sign * one[1]))
    ndcg, value, dial = max(within, key=lambda one: (sign * one[1], one[0]))
    gained, cost = _doubt(scope, metric, dial, start[2])
    return Price(
        metric=metric,
        better=better(metric),
        loss=loss,
        start=start[1],
        value=value,
        dial=dial,
        lost=(top - ndcg) / top,
        start_dial=start[2],
        gained=gained,
        cost=cost,
    )


def _doubt(scope: Scope, metric: str, dial: float, start: float) -> tuple[Estimate, Estimate]:
    """The metric at `dial` less that at `start`, and the share of NDCG lost: paired."""
    there, here = (_places(scope)[place] for place in (dial, start))
    gained, kept = scope.compare([(there, here, metric), (there, here, NDCG)])
    return gained.difference, _less_than_all(kept.ratio)


def _less_than_all(ratio: Estimate) -> Estimate:
    """1 - ratio.

    >>> _less_than_all(Estimate(value=0.75, low=0.5, high=1.0, people=40))
    Estimate(value=0.25, low=0.0, high=0.5, people=40)
    """
    value, low, high = (
        None if end is None else 1 - end for end in (ratio.value, ratio.high, ratio.low)
    )
    return Estimate(value=value, low=low, high=high, people=ratio.people)


def _value(point: DialPoint, metric: str) -> float | None:
    return point.metrics[metric].value if metric in point.metrics else None
