"""Our own lists, asked of the pipeline as it is served, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evaluation.systems import Lists
from evaluation.tasks import Question
from recommender.domain.config import Dials
from recommender.domain.ids import Row
from recommender.domain.slate import SILENCE_DAYS, Kind, Query
from recommender.live import Live
from recommender.model import Model
from recommender.pipeline import recommend
from recommender.sparse import values_at

BLOCK = 256
"""Askers answered at once: bounds memory, whatever their number."""

ALL = 1000
"""At least as many as a model holds for anybody."""


def blocks(askers: NDArray[np.int32], query: Query) -> Iterator[tuple[slice, Query]]:
    """`query` as it is put to askers, int32 [b], block by block: which of them, and their query.

    Nobody is a block too, so that there is an answer to nobody.
    """
    for start in range(0, max(len(askers), 1), BLOCK):
        block = slice(start, start + BLOCK)
        yield block, replace(query, askers=[Row(int(asker)) for asker in askers[block]])


def answer(
    model: Model,
    question: Question,
    depth: int,
    dials: Dials | None = None,
    kind: Kind = Kind.PEOPLE,
    min_silence_days: float = SILENCE_DAYS,
) -> Lists:
    """The first `depth` of our answers to `question`: int32 [b, depth], -1 in empty places.

    dials: the defaults where None. Where the question names who may be answered, everybody else
    is dropped from all that the model holds, and the rest moves up.
    """
    out = np.full((len(question.askers), depth), -1, np.int32)
    query = Query(
        askers=(),
        kind=kind,
        dials=Dials() if dials is None else dials,
        limit=depth if question.pool is None else max(depth, ALL),
        min_silence_days=min_silence_days,
    )
    live = Live(model)
    for block, part in blocks(question.askers, query):
        rows = _within(recommend(live, part)[0].rows, question, block)[:, :depth]
        out[block, : rows.shape[1]] = rows
    return out


def _within(rows: NDArray[np.int32], question: Question, block: slice) -> NDArray[np.int32]:
    """Only those of `rows`, [lines, k], who may be answered, moved up."""
    if question.pool is None:
        return rows
    cells = np.repeat(np.arange(len(rows)), rows.shape[1]), np.maximum(rows, 0).ravel()
    named = values_at(question.pool[block], *(cell.astype(np.int64) for cell in cells))
    kept = (named > 0).reshape(rows.shape) & (rows >= 0)
    order = np.argsort(~kept, axis=1, kind="stable")
    return np.take_along_axis(np.where(kept, rows, -1), order, axis=1)
