"""People who were shown lately make room for others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import Row
from recommender.domain.slate import Slate


def rotate(
    slate: Slate, scores: NDArray[np.float32], shown: Mapping[Row, float]
) -> NDArray[np.float32]:
    """Take from the score of each of `shown` a share, in [0, 1], of what it is above the lowest.

    scores: float32 [b, k], of the slots of the slate, as are those returned. Scores have no zero of
    their own: what counts is how far somebody is above the last of the line.
    """
    if not shown or not slate.rows.size:
        return scores
    rows = np.array(sorted(shown), np.int32)
    losses = np.array([shown[Row(row)] for row in rows.tolist()], np.float32)
    place = np.minimum(np.searchsorted(rows, slate.rows), len(rows) - 1)
    loss = np.where(rows[place] == slate.rows, losses[place], 0)
    filled = slate.rows >= 0
    lowest = np.where(filled, scores, np.inf).min(axis=1, keepdims=True)
    above = np.where(filled, scores - lowest, 0)
    return np.asarray(scores - loss * above, np.float32)
