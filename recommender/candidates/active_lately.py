"""The people who are most active these weeks and days, whatever it is about.

Half-lives of 14 and of 3 days: who is in the middle of something now is met the soonest. The same
few for everybody, so it weighs little; but who is not around answers nobody, and an
asker of whom nothing is known can still be shown where the life is.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot
from recommender.sparse import row_sums

MOST = 300
"""People who are looked at, most active first."""


WEEKS, DAYS = 2.0, 1.0
"""What the two scales weigh."""

DAYS_HALF_LIFE = 3.0
"""Days after which an event of the shorter scale counts half."""


def finder(material: Material) -> Finder:
    """Score by (2 · log(1 + weeks) / its largest + (days / its largest)^¼)²."""
    worked = material.snapshot.person_topic
    weeks = np.log1p(row_sums(worked.csr("decay_14", worked.taking_part())))
    days = _these_days(material.snapshot) ** 0.25
    active = (WEEKS * _share(weeks) + DAYS * _share(days)) ** 2
    order = np.argsort(-active, kind="stable")[:MOST]
    lively = np.sort(order[active[order] > 0])
    line = sp.csr_matrix(
        (active[lively].astype(np.float32), lively, np.array([0, len(lively)])), (1, len(active))
    )

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        # Every line is the same: repeat it, instead of multiplying.
        count = len(askers)
        cells = (np.tile(line.data, count), np.tile(line.indices, count))
        return sp.csr_matrix((*cells, np.arange(count + 1) * line.nnz), (count, len(active)))

    return find


def _these_days(snapshot: Snapshot) -> NDArray[np.float64]:
    """What each person did lately, each event halved every DAYS_HALF_LIFE: float64 [n]."""
    events = snapshot.activities.take(snapshot.activities.taking_part())
    age = (snapshot.as_of_microseconds - events.at) / DAY_MICROSECONDS
    people, left = len(snapshot.person_ids), 2.0 ** (-age / DAYS_HALF_LIFE)
    return np.bincount(events.persons, left, minlength=people).astype(np.float64)


def _share(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values / max(values.max(initial=0), 1e-9), np.float64)
