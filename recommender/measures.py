"""What the model knows of each pair on a slate, read from its bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.compiled import BOOL, F4, F8, I4, I8, U1, compiled, read, within, written
from recommender.domain.slate import FACTORS, HEADLINES, SIGNALS, Kind, Measured, Query, Slate
from recommender.gathered import Gathered
from recommender.model import Model
from recommender.ranking.chances import CHANCE, standing_of
from recommender.ranking.headlines import RECIPROCITY, WEIGHTS, blend
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
    head = np.empty((*shape, len(HEADLINES)), np.float32)
    flags = _NO_FLAGS if found.spotted is None else found.spotted
    reciprocity = RECIPROCITY if query.kind is Kind.PEOPLE and model.mutual[-1] else 0.0
    _lay(
        *(askers, found.start, found.end, pool.rows, pool.relevance, flags, pool.factors),
        *(pool.shared_topic, pool.diversity, pool.chances, model.asker_confidence),
        *(model.contact_confidence, model.usual, model.mutual, CHANCE, SHARE, WEIGHTS),
        *(reciprocity, rows, entries, relevance, spotted, head),
    )
    return Slate(
        askers=askers,
        rows=rows,
        scores=relevance,
        relevance=relevance,
        unsteered=relevance,
        headlines=head,
        pool=pool,
        entries=entries,
        spotted=spotted,
        goal_match=np.zeros(shape, np.float32),
        goal_topics=np.full(shape, -1, np.int32),
        places=np.zeros(shape, np.int32),
        propensity=np.zeros(shape, np.float32),
    )


def measured(model: Model, slate: Slate) -> Measured:
    """The slate with factors, how well they are known, and signals.

    Confidence is that of `factors.confidence.pair_confidence`; of people scored on the spot only
    communality is known, by the topics that they share. All are 0 in empty slots.
    """
    shape, pool = slate.rows.shape, slate.pool
    factors, known = np.empty((2, *shape, len(FACTORS)), np.float32)
    signals = np.empty((*shape, len(SIGNALS)), np.float32)
    _measure(
        *(slate.askers, slate.rows, slate.entries, slate.spotted, pool.factors),
        *(pool.shared_topic, pool.signals, model.asker_confidence, model.contact_confidence),
        *(SHARE, factors, known, signals),
    )
    return Measured(
        askers=slate.askers,
        rows=slate.rows,
        scores=slate.scores,
        relevance=slate.relevance,
        unsteered=slate.unsteered,
        headlines=slate.headlines,
        pool=pool,
        entries=slate.entries,
        spotted=slate.spotted,
        goal_match=slate.goal_match,
        goal_topics=slate.goal_topics,
        places=slate.places,
        propensity=slate.propensity,
        factors=factors,
        confidence=known,
        signals=signals,
    )


SHARE = np.arange(256, dtype=np.float32) / np.float32(255)
"""What each byte stands for, see `pool.from_byte`."""


@within
def _pair(
    asker: Any,
    row: Any,
    entry: Any,
    on_the_spot: Any,
    pool_factors: Any,
    shared_topic: Any,
    asker_confidence: Any,
    contact_confidence: Any,
    share: Any,
    factors: Any,
    known: Any,
) -> None:
    """The factors of a pair, and how well they are known; see `measured`."""
    for factor in range(len(factors)):
        value = pool_factors[entry, factor]
        factors[factor] = share[value]
        if on_the_spot:
            shares = factor == _COMMUNALITY and shared_topic[entry] >= 0
            known[factor] = SURE if shares else 0
            continue
        mine, hers = asker_confidence[asker, factor], contact_confidence[row, factor]
        sure = mine if mine < hers else hers
        # Two of whom enough is known may have too little in common to compare.
        if factor == _LIKE_MINDEDNESS and value == 0:
            sure = 0
        known[factor] = share[sure]


@compiled(
    *(read(I4), read(I8), read(I8), read(I4), read(F4), read(BOOL), read(U1, 2)),
    *(read(I4), read(U1), read(U1, 2), read(U1, 2)),
    *(read(U1, 2), read(F4), read(F4), read(F4), read(F4), read(F4, 2)),
    *(F8, written(I4, 2), written(I8, 2), written(F4, 2), written(BOOL, 2), written(F4, 3)),
)
def _lay(
    askers: Any,
    start: Any,
    end: Any,
    pool_rows: Any,
    pool_relevance: Any,
    flags: Any,
    pool_factors: Any,
    shared_topic: Any,
    diversity: Any,
    chances: Any,
    asker_confidence: Any,
    contact_confidence: Any,
    usual: Any,
    grid: Any,
    chance: Any,
    share: Any,
    weights: Any,
    reciprocity: Any,
    rows: Any,
    entries: Any,
    relevance: Any,
    spotted: Any,
    head: Any,
) -> None:
    """Fill the columns of a slate, see `slate_of`; headlines as `headlines` has them."""
    factors, known = np.empty((2, len(usual)), np.float32)
    for line in range(rows.shape[0]):
        for slot in range(rows.shape[1]):
            entry = start[line] + slot
            if entry >= end[line]:
                rows[line, slot] = entries[line, slot] = -1
                relevance[line, slot], spotted[line, slot] = 0, False
                head[line, slot] = 0
                continue
            row = rows[line, slot] = pool_rows[entry]
            entries[line, slot], relevance[line, slot] = entry, pool_relevance[entry]
            spotted[line, slot] = len(flags) > 0 and flags[entry]
            _pair(
                askers[line],
                row,
                entry,
                spotted[line, slot],
                pool_factors,
                shared_topic,
                asker_confidence,
                contact_confidence,
                share,
                factors,
                known,
            )
            both_ways = np.float32(0)
            if reciprocity > 0:
                both_ways = standing_of(chances, entry, chance, grid)
            blend(factors, known, usual, weights, reciprocity, both_ways, head[line, slot])
            head[line, slot, 2] = share[diversity[entry]]


@compiled(
    *(read(I4), read(I4, 2), read(I8, 2), read(BOOL, 2), read(U1, 2), read(I4), read(U1, 2)),
    *(read(U1, 2), read(U1, 2), read(F4), written(F4, 3), written(F4, 3), written(F4, 3)),
)
def _measure(
    askers: Any,
    rows: Any,
    entries: Any,
    spotted: Any,
    pool_factors: Any,
    shared_topic: Any,
    pool_signals: Any,
    asker_confidence: Any,
    contact_confidence: Any,
    share: Any,
    factors: Any,
    known: Any,
    signals: Any,
) -> None:
    for line in range(rows.shape[0]):
        for slot in range(rows.shape[1]):
            entry = entries[line, slot]
            if entry < 0:
                factors[line, slot] = known[line, slot] = signals[line, slot] = 0
                continue
            _pair(
                askers[line],
                rows[line, slot],
                entry,
                spotted[line, slot],
                pool_factors,
                shared_topic,
                asker_confidence,
                contact_confidence,
                share,
                factors[line, slot],
                known[line, slot],
            )
            for signal in range(signals.shape[2]):
                signals[line, slot, signal] = share[pool_signals[entry, signal]]
