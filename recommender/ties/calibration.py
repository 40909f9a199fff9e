"""Makes predicted probabilities come true as often as they say, and tells how well they do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from recommender.ties import logistic

ENOUGH = 200
"""Events from which a curve is learned; with fewer, all log odds are shifted alike."""

PER_KNOT = 20
"""Events that each knot of a curve rests on, at least."""

_MOST_KNOTS = 20
_LEAST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """From raw to calibrated probabilities: shift of the log odds, then straight lines.

    said, seen: float64 [knots], ascending from 0 to 1: what is predicted, and what it stands for.
    """

    shift: float
    said: NDArray[np.float64]
    seen: NDArray[np.float64]

    def __call__(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities, float64, within (0, 1); the order of `raw` is kept."""
        shifted = expit(logit(np.clip(raw, _LEAST, 1 - _LEAST)) + self.shift)
        told = np.interp(shifted, self.said, self.seen)
        return np.asarray(_LEAST + (1 - 2 * _LEAST) * told, np.float64)


def calibrate(raw: NDArray[np.float64], happened: NDArray[np.bool_]) -> Curve:
    """The curve for probabilities `raw` of what `happened`, [m] each.

    From `ENOUGH` events on it is isotonic (Zadrozny & Elkan 2002), over bins that expect equally
    many events, with straight lines in between so that different predictions stay different.
    """
    ends = np.array([0.0, 1.0])
    if happened.sum() < ENOUGH:
        odds = logit(np.clip(raw, _LEAST, 1 - _LEAST))
        return Curve(shift=_shift(odds, happened), said=ends, seen=ends)
    said, seen = _knots(raw, happened)
    return Curve(shift=0.0, said=np.r_[0.0, said, 1.0], seen=np.r_[0.0, seen, 1.0])


def _shift(odds: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    """What to add to all log odds, drawn towards 0."""
    if not len(odds):
        return 0.0
    shift = 0.0
    for _ in range(30):
        p = expit(odds + shift)
        slope = (happened - p).sum() - shift * logistic.PRIOR_WEIGHT
        step = slope / ((p * (1 - p)).sum() + logistic.PRIOR_WEIGHT)
        shift += float(np.clip(step, -1, 1))
    return round(shift, 6)


def _knots(
    raw: NDArray[np.float64], happened: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean predicted and observed share of bins, both strictly ascending."""
    # Large, and in every worker, which never learns.
    from scipy.optimize import isotonic_regression  # noqa: PLC0415

    order = np.argsort(raw, kind="stable")
    p, y = raw[order], happened[order].astype(np.float64)
    bins = min(_MOST_KNOTS, int(y.sum()) // PER_KNOT)
    expected = np.cumsum(p) / p.sum()
    place = np.minimum((expected * bins).astype(np.int64), bins - 1)
    # Equal predictions stay together, whatever order they came in.
    place = place[np.searchsorted(p, p, side="left")]
    weight = np.bincount(place, minlength=bins).astype(np.float64)
    full = weight > 0
    said = np.asarray(np.bincount(place, p, bins)[full], np.float64)
    weight = weight[full]
    seen = (np.bincount(place, y, bins)[full] + said / weight) / (weight + 1)
    found = isotonic_regression(seen, weights=weight)
    block = np.repeat(np.arange(len(found.weights)), np.diff(found.blocks))
    said = np.bincount(block, said) / np.bincount(block, weight)
    return np.round(said, 9), np.round(found.x[found.blocks[:-1]], 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How well probabilities came true on a time that nothing was learned from.

    predicted, observed, counts: of ten bins of equal size (fewer where predictions are equal),
    ascending; error: mean |predicted - observed| weighted by count (expected calibration error);
    brier: mean squared distance from what happened.
    """

    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    counts: tuple[int, ...]
    error: float
    brier: float

    def told(self) -> dict[str, Any]:
        """The same as JSON values."""
        columns = ("predicted", "observed", "counts")
        return {**asdict(self), **{name: list(getattr(self, name)) for name in columns}}


def reliability(
    predicted: NDArray[np.float64], happened: NDArray[np.bool_], bins: int = 10
) -> Reliability:
    """The table for probabilities and what happened, [m] each, m >= 1.

    >>> reliability(np.array([0.1, 0.9, 0.3, 0.7]), np.array([False, True, False, False]), 2).error
    0.25
    """
    order = np.sort(predicted)
    place = np.searchsorted(order, predicted, side="left") * bins // len(predicted)
    counts = np.bincount(place, minlength=bins)
    full = counts > 0
    said = np.bincount(place, predicted, bins)[full] / counts[full]
    seen = np.bincount(place, happened, bins)[full] / counts[full]
    return Reliability(
        predicted=tuple(np.round(said, 6).tolist()),
        observed=tuple(np.round(seen, 6).tolist()),
        counts=tuple(counts[full].tolist()),
        error=round(float(np.average(np.abs(said - seen), weights=counts[full])), 6),
        brier=round(float(np.mean((predicted - happened) ** 2)), 6),
    )
