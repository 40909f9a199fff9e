"""People met in the same threads, documents, courses or events, small gatherings above crowds.

s(u, v) = Σ √(a(u, o) · a(v, o)) / |o| over shared objects o, a being activity halved every 180
days and |o| how many took part: resource allocation over the graph of people and objects.
"""

from __future__ import annotations

import numpy as np

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import through
from evaluation.known import Known
from recommender.sparse import mapped, scale_columns


def scorer(known: Known) -> Scorer:
    """Shared objects; shared topics where a community has no objects."""
    acted = known.snapshot.person_object.csr("decay_180")
    if acted.nnz == 0:
        acted = known.snapshot.person_topic.csr("decay_180")
    part = mapped(acted, np.sqrt(acted.data))
    crowd = np.maximum(np.bincount(part.indices, minlength=part.shape[1]), 1)
    return through(scale_columns(part, 1 / crowd), part)
