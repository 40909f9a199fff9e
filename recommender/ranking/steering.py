"""The loops of `dials`, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.compiled import BOOL, F4, I4, compiled, read, within, written

STRENGTH = 2.0
"""Relevance, in its own standard deviations, that one whole dial is worth."""

GOAL_STRENGTH = 4.0
"""Relevance, in its own standard deviations, that matching a goal of the call in full is worth."""


@within
def _scale(values: Any, usual: Any) -> Any:
    """Mean and standard deviation of the usual values, slot after slot; 0 and 0 of none.

    What empty slots follow does not change the last bit.
    """
    count, total, squares = 0, 0.0, 0.0
    for slot in range(len(values)):
        if usual[slot]:
            total += values[slot]
            count += 1
    mean = total / max(count, 1)
    for slot in range(len(values)):
        if usual[slot]:
            squares += (values[slot] - mean) ** 2
    return mean, np.sqrt(squares / max(count, 1))


@within
def _scaled(value: Any, mean: Any, spread: Any) -> Any:
    return np.float32((value - mean) / spread) if spread > 1e-6 else np.float32(0)


@within
def _dialled(headlines: Any, moved: Any, usual: Any, scores: Any) -> None:
    """Add what moved dials are worth to the scores of one line."""
    for column in range(len(moved)):
        if moved[column] != 0:
            mean, spread = _scale(headlines[:, column], usual)
            step = np.float32(STRENGTH) * moved[column]
            for slot in range(len(scores)):
                scores[slot] += step * _scaled(headlines[slot, column], mean, spread)


@within
def _plain(relevance: Any, usual: Any, spotted: Any, unsteered: Any) -> None:
    """Relevance in standard deviations; of people scored on the spot no lower than the last."""
    mean, spread = _scale(relevance, usual)
    lowest = np.float32(0)
    for slot in range(len(relevance)):
        unsteered[slot] = _scaled(relevance[slot], mean, spread)
        if usual[slot]:
            lowest = min(lowest, unsteered[slot])
    for slot in range(len(relevance)):
        if spotted[slot]:
            unsteered[slot] = max(unsteered[slot], lowest)


@compiled(read(F4, 2), read(BOOL, 2), read(BOOL, 2), written(F4, 2))
def scale_lines(values: Any, usual: Any, filled: Any, out: Any) -> None:
    """See `dials.standardise`."""
    for line in range(values.shape[0]):
        mean, spread = _scale(values[line], usual[line])
        for slot in range(values.shape[1]):
            out[line, slot] = _scaled(values[line, slot], mean, spread) if filled[line, slot] else 0


@compiled(
    *(read(I4, 2), read(BOOL, 2), read(F4, 2), read(F4, 3), read(F4, 2), read(F4)),
    *(written(F4, 2), written(F4, 2)),
)
def steer_lines(
    rows: Any,
    spotted: Any,
    relevance: Any,
    headlines: Any,
    goal_match: Any,
    moved: Any,
    scores: Any,
    unsteered: Any,
) -> None:
    """See `dials.steer`. moved: by how much each dial is off its default."""
    for line in range(rows.shape[0]):
        usual = (rows[line] >= 0) & ~spotted[line]
        if not usual.any():
            usual = rows[line] >= 0
        _plain(relevance[line], usual, spotted[line], unsteered[line])
        for slot in range(rows.shape[1]):
            goal = np.float32(GOAL_STRENGTH) * goal_match[line, slot]
            scores[line, slot] = unsteered[line, slot] + goal
        _dialled(headlines[line], moved, usual, scores[line])
        for slot in range(rows.shape[1]):
            if rows[line, slot] < 0:
                scores[line, slot], unsteered[line, slot] = -np.inf, 0
