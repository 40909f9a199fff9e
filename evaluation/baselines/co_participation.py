"""People met in the same threads, documents, courses or events, and on the same topics.

s(u, v) = Σ √(a(u, o) · a(v, o)) / |o| over what both act on, a being activity halved every 180
days and |o| how many act on it: resource allocation over the graph of people and what they do.
Topics are the widest gatherings, and the only ones that some communities tell of.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import through
from evaluation.known import Known
from recommender.sparse import mapped, scale_columns


def scorer(known: Known) -> Scorer:
    """Shared objects and topics, small gatherings above crowds."""
    kinds = (known.snapshot.person_object, known.snapshot.person_topic)
    acted = sp.hstack([kind.csr("decay_180") for kind in kinds], format="csr")
    part = mapped(acted, np.sqrt(acted.data))
    crowd = np.maximum(np.bincount(part.indices, minlength=part.shape[1]), 1)
    return through(scale_columns(part, 1 / crowd), part)
