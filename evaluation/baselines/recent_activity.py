"""Who has been doing most lately: activity, halved every 14 days."""

from __future__ import annotations

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import alike
from evaluation.known import Known
from recommender.sparse import row_sums


def scorer(known: Known) -> Scorer:
    """Work on topics; contact made where a community has no topics. The same for everybody."""
    worked = known.snapshot.person_topic.csr("decay_14")
    return alike(row_sums(worked if worked.nnz else known.addressed(14)))
