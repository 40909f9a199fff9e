"""Comprehensiveness: does a place rest on its reasons (DeYoung et al. 2020; science §8.11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.reasons.asked import candidates
from evaluation.reasons.terms import line_means, looked_at
from recommender.domain.slate import Measured
from recommender.reasons import Reasons


def comprehensiveness(
    known: Known, slate: Measured, reasons: Reasons, control: int | None = None
) -> NDArray[np.float64]:
    """Places lost among an asker's candidates without the cited terms: float64 [b] >= 0.

    The terms that a recommendation's reasons cite are set to their neutral value, all else being
    as it is: how many more candidates are then more relevant. Mean over the recommendations of new
    people to each asker; NaN where there is none.
    control: a seed; then without as many random positive terms instead.
    """
    values, chosen = looked_at(known.pipeline.model, slate, reasons, control)
    reduced = slate.relevance - np.where(chosen, values, 0).sum(axis=-1)
    lost = np.zeros(slate.rows.shape)
    for block, everyone in candidates(known, slate.askers):
        others = np.where(everyone.rows >= 0, everyone.relevance, np.float32(-np.inf))
        lost[block] = places_lost(others, slate.relevance[block], reduced[block])
    line, slot = np.nonzero(slate.rows >= 0)
    return line_means(lost[line, slot], line, len(lost))


def places_lost(
    everyone: NDArray[np.float32], before: NDArray[np.float32], after: NDArray[np.float32]
) -> NDArray[np.int64]:
    """How many candidates pass somebody whose relevance falls: int64 [b, k].

    everyone: [b, c], relevance of all candidates, herself among them, -inf in empty places;
    before, after: [b, k], after <= before. A place is 1 + how many are more relevant.

    >>> places_lost(np.array([[5, 4, 3, 2]]), np.array([[5, 3]]), np.array([[2.5, 3]]))
    array([[2, 0]])
    """
    above, still = ((everyone[:, None, :] > one[..., None]).sum(axis=-1) for one in (before, after))
    # She herself is one of those who are now above her own new score.
    return np.asarray(still - above - (after < before), np.int64)
