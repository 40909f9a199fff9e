"""People who work on the same topics, rare topics above common ones."""

from __future__ import annotations

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import through
from evaluation.known import Known


def scorer(known: Known) -> Scorer:
    """The cosine of TF-IDF profiles, in [0, 1]; half-life 365 days."""
    interests = known.material.profiles.interests
    return through(interests, interests)
