"""The loops of `coverage`, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.compiled import F4, I4, I8, compiled, read, within, written

FADE = 0.7
"""What a community or topic is still worth each time that it has been shown."""

UNPRICED = 5
"""First places, where most is won, and where nobody pays for being shown to many already."""


@within
def _own(scores: Any, filled: Any, weight: Any, value: Any) -> None:
    """What each slot is worth by its score alone, brought to [0, 1] over the line."""
    low, high = np.float32(np.inf), np.float32(-np.inf)
    for slot in range(filled):
        low, high = min(low, scores[slot]), max(high, scores[slot])
    span = high - low
    for slot in range(filled):
        own = (scores[slot] - low) / span if span > 0 else np.float32(1)
        value[slot] = (1 - weight) * own + weight


@within
def _best(value: Any, chosen: Any, filled: Any) -> Any:
    """The first of the most valuable slots not chosen yet."""
    pick = -1
    for slot in range(filled):
        if not chosen[slot] and (pick < 0 or value[slot] > value[pick]):
            pick = slot
    return pick


@within
def _fade(aspects: Any, line: Any, pick: Any, filled: Any, value: Any, fall: Any) -> None:
    """What is like the one picked is worth less from now on; what is unknown is like nothing."""
    for aspect in range(len(aspects)):
        kind = aspects[aspect, line, pick]
        for slot in range(filled):
            if kind >= 0 and aspects[aspect, line, slot] == kind:
                value[slot] -= fall[aspect, slot]
                fall[aspect, slot] *= np.float32(FADE)


@compiled(
    *(read(I4, 2), read(I8, 2), read(I4, 2), read(I4), read(I4), read(F4)),
    *(written(I4, 3), written(F4, 2)),
)
def stand_for(
    rows: Any,
    entries: Any,
    goal_topics: Any,
    shared_topic: Any,
    community: Any,
    prices: Any,
    kinds: Any,
    price: Any,
) -> None:
    """See `coverage.aspects`."""
    for line in range(price.shape[0]):
        for slot in range(price.shape[1]):
            row, topic = rows[line, slot], goal_topics[line, slot]
            if topic < 0 and entries[line, slot] >= 0:
                topic = shared_topic[entries[line, slot]]
            kinds[0, line, slot] = community[row] if row >= 0 else -1
            kinds[1, line, slot] = topic
            price[line, slot] = prices[row] if row >= 0 else 0


@compiled(*(read(I4, 2), read(F4, 2), read(I4, 3), read(F4, 2), F4, I8, written(I8, 2)))
def spread_lines(
    rows: Any, scores: Any, aspects: Any, price: Any, weight: Any, limit: Any, order: Any
) -> None:
    """See `coverage.spread`. aspects: int32 [aspects, b, depth]."""
    depth, width = aspects.shape[2], rows.shape[1]
    value = np.empty(depth, np.float32)
    fall = np.empty((len(aspects), depth), np.float32)
    chosen = np.empty(width, np.bool_)
    for line in range(rows.shape[0]):
        filled = (rows[line, :depth] >= 0).sum()
        _own(scores[line], filled, weight, value)
        fall[:] = weight / np.float32(len(aspects)) * np.float32(1 - FADE)
        chosen[:] = False
        placed = 0
        while placed < min(limit, filled):
            if placed == UNPRICED:
                value[:filled] -= price[line, :filled]
            pick = _best(value, chosen, filled)
            order[line, placed], chosen[pick] = pick, True
            placed += 1
            _fade(aspects, line, pick, filled, value, fall)
        for slot in range(width):
            if not chosen[slot]:
                order[line, placed] = slot
                placed += 1
