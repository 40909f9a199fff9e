"""One score from several views of the same thing, such as one activity at several half-lives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder
from recommender.sparse import mapped, row_max, weighted_sum


def blend(views: Sequence[tuple[float, Finder]]) -> Finder:
    """(Σ weight · √(score / the asker's best))² over views, each a weight and a finder.

    Each view counts by how near it brings somebody to its own best, so that none decides by its
    scale. The square is undone by the root that makes a signal of a score.
    """

    def find(askers: NDArray[np.int32]) -> sp.csr_matrix:
        total = weighted_sum([(weight, _root_share(view(askers))) for weight, view in views])
        return mapped(total, total.data**2)

    return find


def _root_share(scores: sp.csr_matrix) -> sp.csr_matrix:
    best = np.repeat(row_max(scores), np.diff(scores.indptr))
    share = np.divide(scores.data, best, out=np.zeros_like(scores.data), where=best > 0)
    return mapped(scores, np.sqrt(share))
