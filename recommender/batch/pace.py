"""How far a job is, how fast it goes, and when it will be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from recommender.domain.progress import Progress

SETTLED_SECONDS = 2.0
"""A rate over less than this says little."""


class Pace:
    """Tells a listener of things that are made one after the other.

    total: how many there are to be; before: how many of them were made by an earlier run.
    """

    def __init__(
        self,
        step: str,
        total: int,
        before: int,
        progress: Progress,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._step, self._total, self._before = step, max(total, 1), before
        self._progress, self._clock = progress, clock
        self._done, self._start = 0, clock()
        self(0)

    def __call__(self, count: int) -> None:
        """So many more are made."""
        self._done += count
        at = self._before + self._done
        self._progress(self._step, min(at / self._total, 1.0), self._told(at))

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._clock() - self._start

    @property
    def rate(self) -> float:
        """How many are made in a second; 0 while nobody can tell."""
        return self._done / self.seconds if self.seconds > 0 else 0.0

    def _told(self, at: int) -> str:
        if self.seconds < SETTLED_SECONDS or not self._done:
            return f"{at:,} of {self._total:,}"
        left = timedelta(seconds=round((self._total - at) / self.rate))
        return f"{at:,} of {self._total:,}, {self.rate:,.0f}/s, {left} left"
