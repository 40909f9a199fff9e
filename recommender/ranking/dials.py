"""Dials and goals move the list in their direction (science §8.8)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.config import Dials
from recommender.domain.slate import Slate
from recommender.ranking.steering import scale_lines, steer_lines


def steer(slate: Slate, dials: Dials, *, as_stored: bool = False) -> Slate:
    """The slate with the scores that `steered` finds."""
    scores, unsteered = steered(slate, dials, as_stored=as_stored)
    return replace(slate, scores=scores, unsteered=unsteered)


def steered(
    slate: Slate, dials: Dials, *, as_stored: bool = False
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Scores by relevance, plus what the dials and the goals of the call add; and without that.

    Float32 [b, k] each, -inf and 0 in empty slots.

    score = z(relevance) + STRENGTH · Σ (dial - default) · z(headline) + GOAL_STRENGTH · match,
    z by the mean and the spread of those whom the model has stored for the asker; of everybody
    where it has stored nobody. At the defaults and without goals the score orders as relevance
    does. Who was scored on the spot has no lower relevance than the last of those stored: less is
    known of her, which is not to say that she is less. as_stored: leave it at z(relevance).

    Exactly, before the re-rank: moving the dials from a to b never lowers the mean of
    (b - a) · z(headline) over the first k, for any k; nor do goals that are added to a call, over
    the same people, lower the mean of what they add to the match.
    """
    scores, unsteered = np.empty((2, *slate.rows.shape), np.float32)
    moved = np.array(dials.shares(), np.float32) - _USUAL
    steer_lines(
        *(slate.rows, slate.spotted, slate.relevance, slate.headlines, slate.goal_match),
        *(np.zeros_like(moved) if as_stored else moved, scores, unsteered),
    )
    return scores, unsteered


_USUAL = np.array(Dials().shares(), np.float32)


def standardise(
    values: NDArray[np.float32],
    usual: NDArray[np.bool_],
    filled: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """Values scaled so that those of `usual` have mean 0 and standard deviation 1 in each line.

    usual, filled: bool [b, k]. Float32 [b, k], 0 outside `filled` (None: outside `usual`). A line
    whose usual values are all the same becomes all 0.
    """
    out = np.empty(values.shape, np.float32)
    scale_lines(np.ascontiguousarray(values), usual, usual if filled is None else filled, out)
    return out
