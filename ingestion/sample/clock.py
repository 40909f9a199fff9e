"""The sample's calendar: three fixed years, quarters, and when in a week people are at it."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY

END = int(datetime(2025, 6, 2, tzinfo=UTC).timestamp())
"""Nothing happens at or after this Monday, midnight UTC; seconds since 1970."""
START = END - 156 * WEEK
"""The Monday on which the community opens; seconds since 1970."""
QUARTERS = 12
QUARTER = (END - START) // QUARTERS

_HOURS = np.array(
    [1, 0.5, 0.3, 0.2, 0.2, 0.5, 1.5, 4, 8, 11, 12, 11, 7, 9, 11, 10, 9, 7, 5, 5, 6, 6, 4, 2]
)
"""How busy each local hour of a working day is, in no unit."""
_DAYS = np.array([1.1, 1.15, 1.1, 1.0, 0.8, 0.2, 0.25])
"""How busy each day is, Monday first, in no unit."""


def in_waking_hours(
    times: NDArray[np.float64], utc_offset_hours: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Move evenly spread times within their week to where that zone's people are awake.

    The move keeps order within a zone, so bursts stay bursts. Seconds since 1970, all in
    [START, END) if the input is.
    """
    busy = np.concatenate([[0.0], np.cumsum(np.outer(_DAYS, _HOURS).ravel())])
    week, within = np.divmod(times - START, WEEK)
    local = np.interp(within / WEEK, busy / busy[-1], np.arange(7 * 24 + 1)) * HOUR
    moved = START + week * WEEK + local - utc_offset_hours * HOUR
    moved = np.where(moved >= END, moved - WEEK, moved)
    return np.asarray(np.maximum(moved, START), np.int64)


def bursts(
    rng: np.random.Generator, counts: NDArray[np.int64], spread: float
) -> NDArray[np.float64]:
    """Positions in (0, 1) of `counts[i]` events for each i, in order, with heavy-tailed gaps.

    spread: the standard deviation of the gaps' logarithm; 0 is clockwork, 1.5 is bursty.
    """
    starts = np.concatenate([[0], np.cumsum(counts + 1)])
    gaps = rng.lognormal(0.0, spread, starts[-1])
    total = np.cumsum(gaps)
    before = np.concatenate([[0.0], total])[starts[:-1]]
    span = total[starts[1:] - 1] - before
    owner = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(owner)) + owner
    return np.asarray((total[place] - before[owner]) / span[owner], np.float64)
