"""BM25 over contacts: people are texts whose words are their contacts.

The asker's contacts are the query, and people are found by them as texts are by words (Robertson &
Zaragoza 2009 for BM25; Sanz-Cruzado & Castells 2019 for contacts as words). How often a word
occurs is the weight f of a tie, log(1 + contact halved every 180 days):

    s(u, v) = Σ (k + 1) f(v, w) / (k + f(v, w)) · ln(1 + (n - d(w) + ½) / (d(w) + ½))

over the contacts w that u and v share, d(w) being the number of contacts of w. Long texts do not
yield (b = 0): a person with many contacts is the better find, and any b above 0 does worse.
"""

from __future__ import annotations

import numpy as np

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import through
from evaluation.known import Known
from recommender.sparse import mapped, scale_columns

SATURATION = 10.0
"""k: how strong a tie must be for more contact to count little."""


def scorer(known: Known) -> Scorer:
    """BM25 of everyone's contacts for the asker's contacts."""
    ties = known.tied
    asked = mapped(ties, np.ones(ties.nnz))
    told = mapped(ties, (SATURATION + 1) * ties.data / (SATURATION + ties.data))
    people = np.diff(ties.indptr)
    # The 1 keeps contacts of more than half of all people from speaking against who knows them.
    rarity = np.log1p((known.people - people + 0.5) / (people + 0.5))
    return through(asked, scale_columns(told, rarity))
