"""Bars, as shares of a drawing's width and height in per cent; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingestion.portrait import Bin, Week

MOST_BARS = 160
"""Bars over time; more weeks than that are put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: where it stands, how high its parts are, and what is said when pointed at."""

    left: float
    width: float
    heights: tuple[float, ...]
    """Of its parts, from the ground up."""
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Bars beside one another, with words along both sides."""

    bars: Sequence[Bar]
    across: Sequence[tuple[float, str]]
    """Words below, by how far from the left they stand."""
    up: Sequence[tuple[float, str]]
    """Words at the left, by how far from the ground they stand."""
    step: int = 1
    """Weeks in a bar, over time."""


def over_time(weeks: Sequence[Week]) -> Plot | None:
    """Activities and interactions by week, in equal steps; None where nothing happened."""
    if not weeks:
        return None
    start, last = (date.fromisoformat(each.start) for each in (weeks[0], weeks[-1]))
    step = math.ceil(((last - start).days // 7 + 1) / MOST_BARS)
    count = (last - start).days // (7 * step) + 1
    sums = [[0, 0] for _ in range(count)]
    for week in weeks:
        own = sums[(date.fromisoformat(week.start) - start).days // (7 * step)]
        own[0] += week.activities
        own[1] += week.interactions
    tips = [
        f"{_week(start, at, step)}: {done:,} activities, {said:,} interactions"
        for at, (done, said) in enumerate(sums)
    ]
    return _plot([(done, said) for done, said in sums], tips, _years(start, count, step), step)


def _week(start: date, at: int, step: int) -> str:
    first = start + timedelta(weeks=at * step)
    return f"week of {first}" if step == 1 else f"{step} weeks from {first}"


def _years(start: date, count: int, step: int) -> list[tuple[float, str]]:
    """Where years begin, or where there are few, months; a handful of words at most."""
    days = [start + timedelta(weeks=at * step) for at in range(count)]
    parts = [day.isoformat()[:4] for day in days]
    if len(set(parts)) < 3:
        parts = [day.isoformat()[:7] for day in days]
    starts = [at for at in range(count) if at == 0 or parts[at] != parts[at - 1]]
    if len(starts) > 2 and starts[1] < 0.06 * count:
        starts = starts[1:]  # too near to the first to stand beside it
    every = math.ceil(len(starts) / 9)
    return [(100 * at / count, parts[at]) for at in starts[::every]]


def distribution(bins: Sequence[Bin], what: str) -> Plot:
    """People by a count, in bins that double."""
    words = [f"{_short(b.low)}" for b in bins]
    tips = [f"{_span(b)} {what}: {b.people:,} people" for b in bins]
    every = math.ceil(len(bins) / 10)
    across = [(100 * (at + 0.5) / len(bins), words[at]) for at in range(0, len(bins), every)]
    return _plot([(b.people,) for b in bins], tips, across)


def _span(one: Bin) -> str:
    return f"{one.low:,}" if one.low == one.high else f"{one.low:,} to {one.high:,}"


def _plot(
    values: Sequence[tuple[int, ...]],
    tips: Sequence[str],
    across: Sequence[tuple[float, str]],
    step: int = 1,
) -> Plot:
    most = max((sum(parts) for parts in values), default=0) or 1
    width = 100 / len(values)
    bars = [
        Bar(
            left=round(at * width, 3),
            width=round(width, 3),
            heights=tuple(round(100 * part / most, 2) for part in parts),
            tip=tip,
        )
        for at, (parts, tip) in enumerate(zip(values, tips, strict=True))
    ]
    up = [(100 * tick / most, _short(tick)) for tick in _ticks(most)]
    return Plot(bars=bars, across=across, up=up, step=step)


def _ticks(most: int) -> list[int]:
    """Two to five round numbers from 0 up to `most`.

    >>> _ticks(742), _ticks(1)
    ([0, 200, 400, 600], [0, 1])
    """
    size = 10 ** int(math.log10(most))
    steps = (max(size // part, 1) for part in (10, 5, 2, 1))
    step = next((s for s in steps if most // s <= 4), size * 2)
    return list(range(0, most + 1, step))


def _short(number: int) -> str:
    """A number with a thousand as k and a million as M.

    >>> _short(512), _short(2048), _short(1_500_000)
    ('512', '2k', '1.5M')
    """
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + letter
    return str(number)
