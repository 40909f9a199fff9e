"""How good reasons are, one metric per file: float64 [b] by asker, NaN where undefined."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.metrics import Values
from evaluation.reasons.asides import aside_truth
from evaluation.reasons.asked import ask
from evaluation.reasons.comprehensiveness import comprehensiveness
from evaluation.reasons.coverage import coverage
from evaluation.reasons.distinctness import distinctness
from evaluation.reasons.sufficiency import sufficiency
from evaluation.reasons.truth import truth
from recommender.domain.slate import Measured
from recommender.reasons import Reasons

Metric = Callable[[Known, Measured, Reasons], NDArray[np.float64]]
"""From what `known.pipeline` answers of new people to a value for each asker."""


def metrics(seed: int) -> dict[str, Metric]:
    """Every metric by name; `seed` draws the random controls."""
    return {
        "reason truth": truth,
        "aside truth": aside_truth,
        "reason coverage": coverage,
        "comprehensiveness": comprehensiveness,
        "comprehensiveness, random control": partial(comprehensiveness, control=seed),
        "sufficiency": sufficiency,
        "sufficiency, random control": partial(sufficiency, control=seed),
        "distinctness": distinctness,
    }


def judge_reasons(
    known: Known, askers: NDArray[np.int32], limit: int = 10, seed: int = 0
) -> Values:
    """Every metric of the reasons for the first `limit` new people: by name, float64 [b].

    askers: int32 [b]. Asked at the default dials.
    """
    slate, reasons = ask(known, askers, limit)
    return {name: metric(known, slate, reasons) for name, metric in metrics(seed).items()}
