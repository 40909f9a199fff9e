"""Like-mindedness: agreement, not merely a shared topic (science §8.2, factor 6).

Cosine of whom the two turn to (alternating least squares over person × contact), less what their
shared interests would lead one to expect. ½ is as like-minded as such topics suggest, so two
people may share every topic and still score low: that is where views differ.
"""

from __future__ import annotations

import numpy as np

from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots


def scorer(profiles: Profiles) -> Scorer:
    """½ + ½ (agreement - EXPECTED · shared interests), cut to [0, 1]."""

    def values(askers: Rows, contacts: Rows) -> Values:
        agreement = np.einsum(
            "ij,ij->i", profiles.tastes[askers], profiles.tastes[contacts], optimize=False
        )
        shared = pair_dots(profiles.interests, profiles.interests, askers, contacts)
        return np.asarray((0.5 + 0.5 * (agreement - EXPECTED * shared)).clip(0, 1), np.float32)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By how many contacts each one turned to, which is all that shows a taste; none below five."""
    shown = (profiles.addressed >= 5) & profiles.tastes.any(axis=1)
    known = shrunk_confidence(profiles.addressed) * shown
    return known, known


EXPECTED = 0.3
"""Agreement expected per unit of shared interest."""
