"""Places drawn by lot, with the chance of each draw (Plackett 1975, Luce 1959).

What follows on a list that is always the same says nothing of any other. Where some places are
drawn, with a known chance for everyone who could have had them, feedback on these lists can be
weighed to judge rankings that were never shown (`evaluation.offpolicy`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import Drawing, Slate

DEPTH = 100
"""Places of a list among which is drawn."""


def draw(slate: Slate, drawing: Drawing) -> Slate:
    """Draw `drawing.share` of the places anew; those not drawn keep their order.

    For a place that is drawn each of those left, of the first DEPTH, has a chance in proportion to
    exp(score), which is told. A longer list begins as a shorter one does, and the same seed draws
    the same.
    """
    width = slate.rows.shape[1]
    depth = min(width, DEPTH)
    if not slate.rows.size:
        return slate
    lots = [np.random.default_rng([drawing.seed, asker]) for asker in slate.askers.tolist()]
    lines = [
        _drawn(scores, places, lot, drawing.share)
        for scores, places, lot in zip(
            slate.scores[:, :depth], slate.places[:, :depth], lots, strict=True
        )
    ]
    rest = np.broadcast_to(np.arange(depth, width), (len(lines), width - depth))
    order = np.concatenate([np.stack([order for order, _ in lines]), rest], axis=1)
    chances = np.zeros(slate.rows.shape, np.float32)
    chances[:, :depth] = np.stack([chance for _, chance in lines])
    return replace(slate.take(order), propensity=chances)


def _drawn(
    scores: NDArray[np.float32],
    places: NDArray[np.int32],
    lot: np.random.Generator,
    wished: float,
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The order of one line, and the chance of each place that was drawn, else 0.

    The lot goes by rank of score: the order shown beyond the places asked for depends on how many
    these are, and must not decide who is drawn.
    """
    filled = int(np.isfinite(scores).sum())
    left, order = list(range(filled)), list[int]()
    chances = np.zeros(len(scores), np.float32)
    wanted = lot.random(filled) < wished
    for place, luck in enumerate(lot.random(filled)):
        pick = 0
        if wanted[place]:
            ranked = np.argsort(places[left], kind="stable")
            worth = np.exp(scores[left].astype(np.float64) - scores[left].max())[ranked]
            share = np.cumsum(worth) / worth.sum()
            drawn = min(int(np.searchsorted(share, luck, "right")), len(left) - 1)
            pick = int(ranked[drawn])
            chances[place] = worth[drawn] / worth.sum()
        order.append(left.pop(pick))
    return np.array([*order, *range(filled, len(scores))], np.intp), chances
