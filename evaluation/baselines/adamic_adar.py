"""Contacts in common, each worth less the more contacts it has (Adamic & Adar 2003).

s(u, v) = Σ 1 / ln(degree of w) over the shared contacts w of u and v, every tie counting alike.
"""

from __future__ import annotations

import numpy as np

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import through
from evaluation.known import Known
from recommender.sparse import mapped, scale_columns


def scorer(known: Known) -> Scorer:
    """Shared contacts by 1 / ln(degree)."""
    ties = mapped(known.tied, np.ones(known.tied.nnz))
    # A contact whom two people share has two contacts at least; of one, ln gives no value.
    degree = np.maximum(np.diff(ties.indptr), 2)
    return through(scale_columns(ties, 1 / np.log(degree)), ties)
