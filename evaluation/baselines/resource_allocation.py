"""What a person's contacts would pass on of hers (Zhou, Lü & Zhang 2009), recent ties above old.

s(u, v) = Σ tie(u, w) · tie(w, v) / Σ tie(w, ·) over the shared contacts w: the original, which
divides by the degree, for ties that weigh log(1 + contact halved every 180 days).
"""

from __future__ import annotations

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import through
from evaluation.known import Known
from recommender.sparse import share_rows


def scorer(known: Known) -> Scorer:
    """Resource allocation over decayed ties."""
    return through(known.tied, share_rows(known.tied).T.tocsr())
