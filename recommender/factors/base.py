"""What a factor is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.factors.profiles import Profiles

Rows = NDArray[np.int32]
"""Rows of people, int32 [m]."""

Values = NDArray[np.float32]
"""One number a pair or a person, float32 [m], in [0, 1]."""


Scorer = Callable[[Rows, Rows], Values]
"""How far a factor speaks for contacts[i] as seen by askers[i]."""


class Factor(Protocol):
    """One of the nine, as a module with these two functions (Rajagopal et al. 2012).

    A pair's confidence is the smaller of what is known of its two sides, so it need not be
    stored with the pair (`confidence.pair_confidence`).
    """

    def scorer(self, profiles: Profiles) -> Scorer:
        """Prepare what all pairs share, once; the scorer is then called for many pairs."""
        ...

    def confidence(self, profiles: Profiles) -> tuple[Values, Values]:
        """What is known of everyone as an asker, and as a contact; float32 [n] each."""
        ...
