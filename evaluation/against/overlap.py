"""How alike two rankings are, for many people at once.

Lists are int32 [b, k], best first, -1 in empty places, which come last.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.shown import share
from evaluation.systems import Lists

PERSISTENCE = 0.9
"""Chance that who has looked at one place of a list looks at the next (Webber et al. 2010)."""


def jaccard(a: Lists, b: Lists) -> NDArray[np.float64]:
    """People on both lists over people on either, float64 [b] in [0, 1]; NaN for two empty ones.

    >>> jaccard(np.array([[0, 1, 2]], np.int32), np.array([[2, 0, 3]], np.int32))
    array([0.5])
    """
    both = _common(a, b)[:, -1]
    return share(both, _lengths(a) + _lengths(b) - both)


def rank_biased_overlap(a: Lists, b: Lists, p: float = PERSISTENCE) -> NDArray[np.float64]:
    """RBO_ext, extrapolated (Webber, Moffat & Zobel 2010, equation 32), float64 [b] in [0, 1].

    With X_d people in common among the first d, lengths s <= l, and agreement going on below the
    lists as it was in them:

    (1 - p)/p · (Σ_{d=1..l} X_d/d · p^d + Σ_{d=s+1..l} X_s (d - s)/(s d) · p^d)
    + ((X_l - X_s)/l + X_s/s) · p^l

    NaN for two empty lists, 0 for one. Rank 1 counts most. Not the lower bound RBO_MIN, which
    stays below 1 even for equal lists.

    >>> lists = np.array([[4, 7, 9]], np.int32)
    >>> rank_biased_overlap(lists, lists), rank_biased_overlap(lists, lists + 10)
    (array([1.]), array([0.]))
    """
    lengths = np.stack([_lengths(a), _lengths(b)])
    short, long = lengths.min(axis=0)[:, None], lengths.max(axis=0)[:, None]
    common, depth = _common(a, b), np.arange(1, a.shape[1] + 1)
    at_short = np.take_along_axis(common, np.maximum(short - 1, 0), axis=1)
    at_long = np.take_along_axis(common, np.maximum(long - 1, 0), axis=1)
    # Below the end of the shorter list, its agreement at its end is taken to go on.
    going_on = share(at_short, short) * np.maximum(depth - short, 0)
    agreement = np.where(depth <= long, (common + np.nan_to_num(going_on)) / depth, 0)
    seen = (1 - p) / p * (agreement * p**depth).sum(axis=1)
    last = share(at_long - at_short, long) + np.nan_to_num(share(at_short, short))
    return np.asarray(seen + (last * p**long)[:, 0], np.float64)


def same_first(a: Lists, b: Lists) -> NDArray[np.bool_]:
    """Whether the first places are the same, bool [b]."""
    return np.asarray((a[:, :1] == b[:, :1]).all(axis=1), bool)


def same(a: Lists, b: Lists) -> NDArray[np.bool_]:
    """Whether the lists are the same to the last place, bool [b]."""
    return np.asarray((a == b).all(axis=1), bool)


def _common(a: Lists, b: Lists) -> NDArray[np.int64]:
    """How many people the first d places of both have in common, int64 [b, k] for d = 1, …, k."""
    equal = (a[:, :, None] == b[:, None, :]) & (a >= 0)[:, :, None]
    counts = [equal[:, :d, :d].sum(axis=(1, 2)) for d in range(1, a.shape[1] + 1)]
    return np.stack(counts, axis=1)


def _lengths(lists: Lists) -> NDArray[np.int64]:
    return np.asarray((lists >= 0).sum(axis=1), np.int64)
