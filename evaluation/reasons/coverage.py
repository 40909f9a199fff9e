"""Coverage: is there a reason at all (science §8.11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.reasons.terms import line_means
from recommender.domain.slate import Measured
from recommender.reasons import Reasons


def coverage(known: Known, slate: Measured, reasons: Reasons) -> NDArray[np.float64]:  # noqa: ARG001
    """Share of the recommendations of each asker that have a reason: float64 [b] in [0, 1].

    NaN where nobody is shown.
    """
    line, slot = np.nonzero(slate.rows >= 0)
    told = np.any(reasons.kinds[line, slot] >= 0, axis=-1)
    return line_means(told, line, len(slate.rows))
