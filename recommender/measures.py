"""What the model knows of each pair on a slate, read from its bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import BOOL, F4, I4, I8, U1, compiled, read, written
from recommender.domain.pool import Pool, stored
from recommender.domain.slate import FACTORS, SIGNALS, Kind, Measured, Query, Slate
from recommender.gathered import Gathered
from recommender.model import Model
from recommender.ranking.chances import standing
from recommender.ranking.headlines import headlines
from recommender.spotted import SURE

_COMMUNALITY, _LIKE_MINDEDNESS = (
    FACTORS.index(name) for name in ("communality", "like_mindedness")
)
_NO_FLAGS = np.zeros(0, np.bool_)


def slate_of(model: Model, query: Query, found: Gathered) -> Slate:
    """Everyone who was found, line by line in the order of the pool."""
    askers, pool = np.asarray(query.askers, np.int32), found.pool
    shape = (len(askers), int((found.end - found.start).max(initial=0)))
    rows, entries = np.empty(shape, np.int32), np.empty(shape, np.int64)
    relevance, spotted = np.empty(shape, np.float32), np.empty(shape, np.bool_)
    flags = _NO_FLAGS if found.spotted is None else found.spotted
    _lay(
        *(found.start, found.end, pool.rows, pool.relevance, flags),
        *(rows, entries, relevance, spotted),
    )
    factors, known = _measured(model, pool, askers, rows, entries, spotted)
    chances = stored(pool.chances, entries, 0) if query.kind is Kind.PEOPLE else None
    return Slate(
        askers=askers,
        rows=rows,
        scores=relevance,
        relevance=relevance,
        unsteered=relevance,
        headlines=headlines(
            factors,
            known,
            model.usual,
            from_bytes(stored(pool.diversity, entries, 0)),
            None if chances is None else standing(chances, model.mutual),
        ),
        pool=pool,
        entries=entries,
        spotted=spotted,
        goal_match=np.zeros(shape, np.float32),
        goal_topics=np.full(shape, -1, np.int32),
        places=np.zeros(shape, np.int32),
        propensity=np.zeros(shape, np.float32),
    )


def measured(model: Model, slate: Slate) -> Measured:
    """The slate with factors, how well they are known, and signals."""
    factors, known = _measured(
        model, slate.pool, slate.askers, slate.rows, slate.entries, slate.spotted
    )
    columns: dict[str, Any] = {name: getattr(slate, name) for name in Slate.__slots__}
    signals = from_bytes(stored(slate.pool.signals, slate.entries, 0))
    return Measured(
        **columns,
        factors=factors,
        confidence=known,
        signals=signals.reshape(*slate.rows.shape, len(SIGNALS)),
    )


def from_bytes(values: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As `pool.from_byte`, by a table."""
    return _SHARE[values]


def _measured(
    model: Model,
    pool: Pool,
    askers: NDArray[np.int32],
    rows: NDArray[np.int32],
    entries: NDArray[np.int64],
    spotted: NDArray[np.bool_],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factors of pairs and their confidence, float32 [b, k, 9] each; 0 in empty slots.

    Confidence is that of `factors.confidence.pair_confidence`; of people scored on the spot only
    communality is known, by the topics that they share.
    """
    factors, known = np.empty((2, *rows.shape, len(FACTORS)), np.float32)
    _measure(
        *(askers, rows, entries, spotted, pool.factors, pool.shared_topic),
        *(model.asker_confidence, model.contact_confidence, _SHARE, factors, known),
    )
    return factors, known


_SHARE = np.arange(256, dtype=np.float32) / np.float32(255)


@compiled(
    *(read(I8), read(I8), read(I4), read(F4), read(BOOL)),
    *(written(I4, 2), written(I8, 2), written(F4, 2), written(BOOL, 2)),
)
def _lay(
    start: Any,
    end: Any,
    pool_rows: Any,
    pool_relevance: Any,
    flags: Any,
    rows: Any,
    entries: Any,
    relevance: Any,
    spotted: Any,
) -> None:
    for line in range(rows.shape[0]):
        for slot in range(rows.shape[1]):
            entry = start[line] + slot
            there = entry < end[line]
            rows[line, slot] = pool_rows[entry] if there else -1
            entries[line, slot] = entry if there else -1
            relevance[line, slot] = pool_relevance[entry] if there else 0
            spotted[line, slot] = there and len(flags) > 0 and flags[entry]


@compiled(
    *(read(I4), read(I4, 2), read(I8, 2), read(BOOL, 2), read(U1, 2), read(I4)),
    *(read(U1, 2), read(U1, 2), read(F4), written(F4, 3), written(F4, 3)),
)
def _measure(
    askers: Any,
    rows: Any,
    entries: Any,
    spotted: Any,
    pool_factors: Any,
    shared_topic: Any,
    asker_confidence: Any,
    contact_confidence: Any,
    share: Any,
    factors: Any,
    known: Any,
) -> None:
    for line in range(rows.shape[0]):
        for slot in range(rows.shape[1]):
            entry, row = entries[line, slot], rows[line, slot]
            for factor in range(factors.shape[2]):
                if entry < 0:
                    factors[line, slot, factor] = known[line, slot, factor] = 0
                    continue
                value = pool_factors[entry, factor]
                factors[line, slot, factor] = share[value]
                if spotted[line, slot]:
                    shares = factor == _COMMUNALITY and shared_topic[entry] >= 0
                    known[line, slot, factor] = SURE if shares else 0
                    continue
                mine = asker_confidence[askers[line], factor]
                hers = contact_confidence[row, factor]
                sure = mine if mine < hers else hers
                # Two of whom enough is known may have too little in common to compare.
                if factor == _LIKE_MINDEDNESS and value == 0:
                    sure = 0
                known[line, slot, factor] = share[sure]
