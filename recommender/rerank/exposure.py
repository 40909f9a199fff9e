"""What it costs a list to show somebody whom too many lists show (science §8.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.rerank.coverage import DEPTH, scaled
from recommender.rerank.spreading import UNPRICED

TOP = 10
"""Places of a list that count as being shown."""

CAP = 1.0
"""Exposure, as a multiple of everyone's mean, from which showing somebody has a price."""

RATE = 0.0025
"""Price for e times the cap, in each round, where scores of a line lie in [0, 1]."""

ROUNDS = 4
"""How often prices are raised, and lists made anew with them."""

BLOCK = 4096
"""Askers whose lists are looked at together: bounds memory."""


def prices(
    indptr: NDArray[np.int64],
    rows: NDArray[np.int32],
    relevance: NDArray[np.float32],
    around: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The price of showing each person, float32 [n], >= 0; 0 for whoever is within the cap.

    indptr, rows, relevance: everyone's candidates, best first, as in `model.Pool`.
    around: float32 [n] in [0, 1], how surely each is around these weeks: the list of somebody who
        is not there to see it shows nobody.

    price ← max(0, price + RATE · log(exposure / cap)), ROUNDS times from 0; exposure is Σ around
    of the asker / log2(1 + place) over everyone's first TOP places, taken by relevance less price.
    Logarithms, unlike the plain excess, leave prices small enough to move only near ties.
    """
    price = np.zeros(len(indptr) - 1, np.float32)
    for _ in range(ROUNDS):
        seen = exposure(indptr, rows, relevance, around, price)
        cap = CAP * seen.sum() / max(len(seen), 1)
        price += np.float32(RATE) * np.log(np.maximum(seen, 1e-9) / max(cap, 1e-9)).astype(
            np.float32
        )
        price = np.maximum(0, price)
    return price


def exposure(
    indptr: NDArray[np.int64],
    rows: NDArray[np.int32],
    relevance: NDArray[np.float32],
    around: NDArray[np.float32],
    price: NDArray[np.float32],
) -> NDArray[np.float64]:
    """How much each person is shown at those prices, float64 [n]; see `prices`."""
    n = len(indptr) - 1
    seen = np.zeros(n)
    discount = 1 / np.log2(np.arange(TOP) + 2.0)
    for first in range(0, n, BLOCK):
        start, end = (ends[first : first + BLOCK] for ends in (indptr[:-1], indptr[1:]))
        width = min(int((end - start).max()), DEPTH)
        entries = start[:, None] + np.arange(width)
        filled = entries < end[:, None]
        if not filled.any():
            continue
        at = np.where(filled, entries, start.min())
        value = scaled(relevance[at], filled)
        value[:, UNPRICED:] -= price[rows[at][:, UNPRICED:]]
        value[:, :UNPRICED] = np.inf  # they stay where they are
        shown = np.argsort(-np.where(filled, value, -np.inf), axis=1, kind="stable")[:, :TOP]
        weight = around[first : first + BLOCK, None] * discount[: shown.shape[1]]
        people = np.take_along_axis(rows[at], shown, axis=1)
        there = np.take_along_axis(filled, shown, axis=1)
        seen += np.bincount(people[there], weight[there], n)
    return seen
