"""Shapes that several of these share: a value for each tie, or for each contact."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.tie_baselines.base import PairScorer
from recommender.ties import Ties


def by_tie(ties: Ties, values: NDArray[np.number]) -> PairScorer:
    """The value of the tie of each pair, of values [m] by tie; 0 for pairs without a tie."""
    keys = ties.persons().astype(np.int64) * ties.people + ties.contacts
    padded = np.append(np.asarray(values, np.float64), 0.0)

    def score(askers: NDArray[np.int32], contacts: NDArray[np.int32]) -> NDArray[np.float64]:
        wanted = askers.astype(np.int64) * ties.people + contacts
        places = np.searchsorted(keys, wanted)
        there = np.append(keys, -1)[places] == wanted
        return padded[np.where(there, places, len(keys))]

    return score


def by_contact(values: NDArray[np.floating]) -> PairScorer:
    """The value of the contact of each pair, of values [n] by person, whoever asks.

    >>> by_contact(np.array([.5, 2.]))(np.int32([0, 0]), np.int32([1, 0])).tolist()
    [2.0, 0.5]
    """
    return lambda _, contacts: values[contacts]
