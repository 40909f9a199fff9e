"""Rolling global cutoffs: times at which everything is asked anew (Ji et al. 2020; science §8.12).

What lies before a cutoff may be learned from, what lies after it is judged by; one time for
everybody, so that nobody's future leaks into the lists of another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from evaluation.history import History
from recommender.domain.errors import InputDataError, InvalidArgumentError, shorten
from recommender.domain.times import DAY_MICROSECONDS, from_microseconds, microseconds

KNOWN_SHARE = 0.3
"""Share of all interactions that lie before the first cutoff, at least, where we choose it."""


def choose(history: History, count: int, horizon_days: float) -> list[datetime]:
    """At most `count` cutoffs, ascending midnights (UTC, without a zone).

    The last is the latest after which `horizon_days` pass before the data ends, the others lie
    a horizon, in whole days, before one another, so that nothing is judged by twice;
    `KNOWN_SHARE` of all interactions lie before the first. Where the data has room for fewer
    than `count`, `fewer` says so.
    Raises InputDataError where it has room for none.
    """
    first, last = history.span()
    end = microseconds(last) - int(horizon_days * DAY_MICROSECONDS)
    latest = end // DAY_MICROSECONDS * DAY_MICROSECONDS
    step = math.ceil(horizon_days) * DAY_MICROSECONDS
    wanted = latest - step * np.arange(count - 1, -1, -1)
    times = history.times()
    before = np.searchsorted(times, wanted)
    found = wanted[before >= max(KNOWN_SHARE * len(times), 1)]
    if not len(found):
        raise InputDataError(
            f"the data has no room for a cutoff with {KNOWN_SHARE:.0%} of all interactions before "
            f"it and {horizon_days:g} days after it: interactions are from {_text(first)} to "
            f"{_text(last)}; lower evaluate.horizon_days and return_days, or name a cutoff"
        )
    return [from_microseconds(int(time)).replace(tzinfo=None) for time in found]


def fewer(cutoffs: Sequence[datetime], count: int) -> list[str]:
    """What to say where `choose` found fewer cutoffs than the `count` it was asked for.

    >>> fewer([datetime(2024, 1, 1)], count=1)
    []
    """
    if len(cutoffs) >= count:
        return []
    reason = (
        f"a horizon before {_text(cutoffs[0])}, less than {KNOWN_SHARE:.0%} of all interactions"
    )
    return [f"the data has room for {len(cutoffs)} of {count} cutoffs: {reason} have taken place"]


def parse(text: str) -> list[datetime]:
    """Cutoffs from ISO 8601 times with commas between them, in any order; ascending.

    Times without a zone are UTC, and so are all that are returned, without one.
    Raises InvalidArgumentError for --cutoffs where one is no time, or is there twice.

    >>> parse("2024-07-01T12:00:00Z, 2024-01-01")
    [datetime.datetime(2024, 1, 1, 0, 0), datetime.datetime(2024, 7, 1, 12, 0)]
    """
    cutoffs = sorted(_time(part.strip()) for part in text.split(","))
    if len(set(cutoffs)) < len(cutoffs):
        raise InvalidArgumentError("--cutoffs", f"{shorten(text)!r} names a time twice")
    return cutoffs


def check(history: History, cutoffs: Sequence[datetime], horizon_days: float) -> list[str]:
    """Warnings about given cutoffs: a sentence for each whose horizon the data cuts short.

    Raises InputDataError for a cutoff before which, or from which on, nobody addresses anybody.
    """
    first, last = history.span()
    warnings = []
    for cutoff in cutoffs:
        if not first < cutoff <= last:
            side, what = (
                ("before", "learn from") if cutoff <= first else ("after", "judge lists by")
            )
            raise InputDataError(
                f"there is nothing to {what} {side} the cutoff {_text(cutoff)}: interactions are "
                f"from {_text(first)} to {_text(last)}"
            )
        left = (last - cutoff) / timedelta(days=1)
        if left < horizon_days:
            warnings.append(
                f"after the cutoff {_text(cutoff)} the data goes on for {left:.1f} days only, not "
                f"for {horizon_days:g}: what people did later counts as not done"
            )
    return warnings


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):  # the latter where UTC has no such year
        raise InvalidArgumentError(
            "--cutoffs",
            f"{shorten(text)!r} is not a time; write 2024-01-01,2024-07-01T12:00:00Z",
        ) from None


def _text(time: datetime) -> str:
    return time.isoformat(" ", "minutes").removesuffix(" 00:00")
