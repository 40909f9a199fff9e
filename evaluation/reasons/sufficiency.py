"""Sufficiency: how much of a score its reasons tell of (DeYoung et al. 2020; science §8.11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.reasons.terms import line_means, looked_at
from recommender.domain.slate import Measured
from recommender.reasons import Reasons


def sufficiency(
    known: Known, slate: Measured, reasons: Reasons, control: int | None = None
) -> NDArray[np.float64]:
    """Share of the positive terms of relevance that the cited ones carry: float64 [b] in [0, 1].

    Mean over the recommendations of new people to each asker; NaN where nothing raises any.
    control: a seed; then of as many random positive terms instead.
    """
    values, chosen = looked_at(known.pipeline.model, slate, reasons, control)
    positive = np.maximum(values, 0)
    whole = positive.sum(axis=-1)
    line, slot = np.nonzero(whole > 0)
    told = np.where(chosen, positive, 0).sum(axis=-1)[line, slot]
    return line_means(told / whole[line, slot], line, len(slate.rows))
