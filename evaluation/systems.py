"""What is compared: ways to fill the lists of a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evaluation.tasks import Question

Lists = NDArray[np.int32]
"""Who is answered, int32 [b, depth], best first; -1 where a list is shorter."""


class Family(StrEnum):
    """Why a system is compared."""

    OURS = "ours"
    CURRENT = "current"
    SOURCE = "source"
    BASELINE = "baseline"
    DIAL = "dial"
    WITHOUT = "without"
    ALONE = "alone"


COMPARED = (Family.OURS, Family.CURRENT, Family.BASELINE, Family.SOURCE)
"""Families that get every ranking metric, in the order they are shown; the others are variants of
ours and get the first."""


@dataclass(frozen=True, slots=True)
class System:
    """A way to answer.

    dial: for family DIAL, where the diversity dial stands, a share in [0, 1].
    """

    name: str
    family: Family
    answer: Callable[[Question], Lists]
    dial: float | None = None
