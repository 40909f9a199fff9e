"""Ties factorised by a model of the `implicit` library."""

from __future__ import annotations

from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import products
from evaluation.known import Known


def factorised(known: Known, model: Any, **settings: Any) -> Scorer:
    """Products of the vectors that `model`, a class, learns of ties with these settings.

    People without ties score 0; an asker without any gets what the model has for everybody.
    """
    if known.tied.nnz == 0:
        return products(known, *np.zeros((2, known.people, 1), np.float32))
    # implicit runs its own threads; BLAS threads under them only fight for the same cores.
    with threadpool_limits(1, "blas"):
        learnt = model(**settings, random_state=known.seed)
        learnt.fit(known.tied, show_progress=False)
    return products(known, np.asarray(learnt.user_factors), np.asarray(learnt.item_factors))
