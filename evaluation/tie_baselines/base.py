"""What a baseline for ties is: one file with one function, `scorer`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known

PairScorer = Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[np.floating]]
"""From askers and their contacts, int32 [m] each, to finite scores [m]; higher is better."""


class TieBaseline(Protocol):
    """A known way to rank a person's quiet ties, as a module with this function."""

    def scorer(self, known: Known) -> PairScorer:
        """Prepare what all pairs share, once."""
        ...
