"""An estimate as two sums over places, which a resample of people only has to add up anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.replicates import Replicates, quotient
from evaluation.resamples import Resamples


@dataclass(frozen=True, slots=True)
class Terms:
    """What every one of m places adds: the value is Σ over / Σ under.

    over, under: float64 [m], finite.

    >>> Terms(np.array([1.0, 0.0, 2.0]), np.ones(3)).value
    1.0
    """

    over: NDArray[np.float64]
    under: NDArray[np.float64]

    @property
    def value(self) -> float:
        """Σ over / Σ under; NaN where nothing stands under."""
        under = float(self.under.sum())
        return float(self.over.sum()) / under if under else float("nan")


def mean(values: NDArray[np.float64]) -> Terms:
    """The plain mean of `values`, float64 [m]."""
    return Terms(values, np.ones(len(values)))


def resampled(terms: Sequence[Terms], resamples: Resamples) -> list[Replicates]:
    """The value of each of `terms`, then in every resample; over the same draws for all."""
    totals = resamples.totals(column for one in terms for column in (one.over, one.under))
    return [
        quotient(over, under) for over, under in zip(totals.T[::2], totals.T[1::2], strict=True)
    ]
