"""The terms of relevance of those who are shown, and which of them their reasons cite."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import Measured
from recommender.model import Model
from recommender.ranking.relevance import TERMS
from recommender.reasons import Reasons, terms_of

__all__ = ["TERMS", "at_random", "cited", "line_means", "looked_at", "terms"]


def terms(model: Model, slate: Measured) -> NDArray[np.float32]:
    """What each term adds to the relevance of each slot: float32 [b, k, terms].

    A factor at the mean of where it is known adds 0, and so does a signal of 0: these are their
    neutral values. The terms of empty slots are 0.
    """
    return np.where((slate.rows >= 0)[..., None], terms_of(model, slate), np.float32(0))


def cited(reasons: Reasons) -> NDArray[np.bool_]:
    """The terms that the reasons of each slot cite: bool [b, k, terms]; a past tie is none."""
    return np.asarray((reasons.kinds[..., None] == np.arange(len(TERMS))).any(axis=2))


def at_random(
    values: NDArray[np.float32], chosen: NDArray[np.bool_], seed: int
) -> NDArray[np.bool_]:
    """As many terms as are chosen, drawn anew from those above 0 of the same slot.

    values, chosen: [b, k, terms]. Where fewer are above 0, all of these.
    """
    keys = np.where(values > 0, np.random.default_rng(seed).random(values.shape), np.inf)
    place = keys.argsort(axis=-1).argsort(axis=-1)
    return np.asarray((place < chosen.sum(axis=-1, keepdims=True)) & (values > 0))


def looked_at(
    model: Model, slate: Measured, reasons: Reasons, control: int | None
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """All terms, and those that count: the cited, or as many random ones of seed `control`."""
    values, chosen = terms(model, slate), cited(reasons)
    return values, chosen if control is None else at_random(values, chosen, control)


def line_means(
    values: NDArray[np.generic], lines: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Mean of the values of each of `count` lines: float64 [count], NaN where there is none.

    >>> line_means(np.array([1.0, 0.0, 3.0]), np.array([0, 0, 2]), 3)
    array([0.5, nan, 3. ])
    """
    number = np.bincount(lines, minlength=count)
    total = np.bincount(lines, values.astype(np.float64), count)
    return np.asarray(np.divide(total, number, out=np.full(count, np.nan), where=number > 0))
