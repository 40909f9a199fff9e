"""Where a value stands on a strip: scales with few, round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.document import Estimate

ROUND = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, by equal steps or, where `log`, by equal ratios.

    ticks: round values within it, ascending.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def at(self, value: float | None) -> float:
        """Per cent of the way, in [0, 100]; what lies outside is put at the end.

        >>> Scale(0.0, 2.0, ()).at(0.5), Scale(0.1, 10.0, (), log=True).at(1.0)
        (25.0, 50.0)
        """
        value = self.low if value is None or math.isnan(value) else value
        low, high, value = (self._level(one) for one in (self.low, self.high, value))
        return round(min(max(100 * (value - low) / (high - low), 0.0), 100.0), 2)

    def beyond(self, value: float) -> bool:
        """Whether a value lies outside, above or below."""
        return not self.low <= value <= self.high

    def _level(self, value: float) -> float:
        return math.log(max(value, 1e-12)) if self.log else value


def ends(estimates: Iterable[Estimate | None]) -> list[float]:
    """Every finite value, lower and upper bound."""
    known = [(one.value, one.low, one.high) for one in estimates if one is not None]
    return [v for three in known for v in three if v is not None and math.isfinite(v)]


def round_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """At most `most` round values in [low, high], evenly spaced.

    >>> round_ticks(0.0, 0.11, 4), round_ticks(-0.3, 0.4, 4)
    ((0.0, 0.05, 0.1), (-0.2, 0.0, 0.2, 0.4))
    """
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (power * factor for factor in (*ROUND, 20.0, 50.0)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            return tuple(round(k * step, 12) + 0.0 for k in range(first, last + 1))
    return (low, high)


def linear(
    values: Iterable[float], through: float | None = 0.0, room: float = 0.04, most: int = 4
) -> Scale:
    """A scale over all values and, unless it is None, `through`; `room` is a share of it all."""
    held = [*values, *([] if through is None else [through])]
    low, high = (min(held), max(held)) if held else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = (0.0, high) if high > 0 else (low, low + 1.0)
    spare = room * (high - low)
    low, high = low - (spare if low != through else 0), high + (spare if high != through else 0)
    return Scale(low, high, round_ticks(low, high, most))


def ratios(values: Iterable[float]) -> Scale:
    """A scale of ratios around 1, at least from 1/2 to 2 and at most from 1/5 to 5.

    >>> ratios([0.8, 9.0]).ticks
    (0.5, 1.0, 2.0, 5.0)
    """
    held = [min(max(value, 0.2), 5.0) for value in values]
    low, high = min([*held, 0.5]) / 1.06, max([*held, 2.0]) * 1.06
    return Scale(low, high, tuple(t for t in (0.2, 0.5, 1.0, 2.0, 5.0) if low < t < high), log=True)
