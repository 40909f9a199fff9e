"""The nine factors, one file each: pure functions over arrays of pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import FACTORS as NAMES
from recommender.factors import (
    benevolence,
    collaboration,
    communality,
    learning,
    like_mindedness,
    network,
    organisation,
    reputation,
    trends,
)
from recommender.factors.base import Factor, Rows
from recommender.factors.confidence import pair_confidence
from recommender.factors.profiles import Profiles

__all__ = ["FACTORS", "factor_confidence", "factor_scorer", "pair_confidence"]

FACTORS: dict[str, Factor] = {
    "communality": cast("Factor", communality),
    "organisation": cast("Factor", organisation),
    "network": cast("Factor", network),
    "reputation": cast("Factor", reputation),
    "benevolence": cast("Factor", benevolence),
    "like_mindedness": cast("Factor", like_mindedness),
    "collaboration": cast("Factor", collaboration),
    "learning": cast("Factor", learning),
    "trends": cast("Factor", trends),
}
"""In the order of `slate.FACTORS`, which every array of factors follows."""


def factor_scorer(profiles: Profiles) -> Callable[[Rows, Rows], NDArray[np.float32]]:
    """All nine for every pair: float32 [m, 9] in [0, 1]; what is unknown is not yet set apart."""
    scorers = [FACTORS[name].scorer(profiles) for name in NAMES]

    def values(askers: Rows, contacts: Rows) -> NDArray[np.float32]:
        return np.stack([score(askers, contacts) for score in scorers], axis=1)

    return values


def factor_confidence(profiles: Profiles) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What is known of everyone as an asker and as a contact: float32 [n, 9] each, in [0, 1].

    `pair_confidence` puts the two together.
    """
    sides = [FACTORS[name].confidence(profiles) for name in NAMES]
    return np.stack([a for a, _ in sides], axis=1), np.stack([c for _, c in sides], axis=1)
