"""Slots of a slate in another order, column by column; apart, because it is slow to load."""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.compiled import BOOL, F4, I4, I8, compiled, read, written


@compiled(
    *(read(I8, 2), read(I4, 2), read(F4, 2), read(F4, 2), read(F4, 2), read(F4, 3)),
    *(read(I8, 2), read(BOOL, 2), read(F4, 2), read(I4, 2), read(I4, 2), read(F4, 2)),
    *(written(I4, 2), written(F4, 2), written(F4, 2), written(F4, 2), written(F4, 3)),
    *(written(I8, 2), written(BOOL, 2), written(F4, 2), written(I4, 2), written(I4, 2)),
    written(F4, 2),
)
def take(
    order: Any,
    rows: Any,
    scores: Any,
    relevance: Any,
    unsteered: Any,
    headlines: Any,
    entries: Any,
    spotted: Any,
    goal_match: Any,
    goal_topics: Any,
    places: Any,
    propensity: Any,
    to_rows: Any,
    to_scores: Any,
    to_relevance: Any,
    to_unsteered: Any,
    to_headlines: Any,
    to_entries: Any,
    to_spotted: Any,
    to_goal_match: Any,
    to_goal_topics: Any,
    to_places: Any,
    to_propensity: Any,
) -> None:
    """Fill the columns `to_…`, [b, m], from those of the same name, [b, k]; see `Slate.take`."""
    for line in range(order.shape[0]):
        for slot in range(order.shape[1]):
            at = order[line, slot]
            empty = at < 0
            at = 0 if empty else at
            to_rows[line, slot] = -1 if empty else rows[line, at]
            to_scores[line, slot] = -np.inf if empty else scores[line, at]
            to_relevance[line, slot] = 0 if empty else relevance[line, at]
            to_unsteered[line, slot] = 0 if empty else unsteered[line, at]
            for column in range(3):
                to_headlines[line, slot, column] = 0 if empty else headlines[line, at, column]
            to_entries[line, slot] = -1 if empty else entries[line, at]
            to_spotted[line, slot] = False if empty else spotted[line, at]
            to_goal_match[line, slot] = 0 if empty else goal_match[line, at]
            to_goal_topics[line, slot] = -1 if empty else goal_topics[line, at]
            to_places[line, slot] = 0 if empty else places[line, at]
            to_propensity[line, slot] = 0 if empty else propensity[line, at]
