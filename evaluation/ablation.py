"""What each factor and each source of candidates brings to our lists of new people.

A part is left out, or left alone, of the model that was trained whole: the relevance of every
stored candidate is summed up anew without it, or of it alone. A source finds people too, so
without it those go whom no other source found, and of a source alone those are left whom it found.
Nobody comes in who was not among the stored candidates; trained without a part, a model would keep
others in their stead, so what a part is worth is, if anything, told too low.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation import ours
from evaluation.known import Known
from evaluation.metrics.hits import hits
from evaluation.metrics.recall import recall
from evaluation.metrics.shown import share
from evaluation.reasons.asked import ask
from evaluation.reasons.terms import TERMS, terms
from evaluation.systems import Family, Lists, System
from evaluation.tasks import Question
from recommender.domain.ids import Row
from recommender.domain.slate import FACTORS, SIGNALS, Kind, Query, Slate
from recommender.model import Model, Pool, from_byte
from recommender.pipeline import filtered, sources
from recommender.ranking.relevance import contributions
from recommender.rerank.little_seen import reserve

BLOCK = 1024
"""People whose candidates are looked at together: bounds memory."""

TOP = 10
"""Places whose scores are taken apart."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of relevance: terms, bool [9 + 5] by TERMS; found_by, bool [5] by SIGNALS."""

    terms: NDArray[np.bool_]
    found_by: NDArray[np.bool_]


def without(part: str) -> Kept:
    """All but `part`, a factor or a source.

    >>> without("trends").terms.sum(), without("shared_contacts").found_by
    (13, array([False,  True,  True,  True,  True]))
    """
    return Kept(np.array(TERMS) != part, np.array(SIGNALS) != part)


def alone(part: str) -> Kept:
    """Only `part`; a factor ranks whomever the sources found.

    >>> alone("trends").found_by.all(), alone("shared_contacts").found_by.sum()
    (True, 1)
    """
    return Kept(np.array(TERMS) == part, (np.array(SIGNALS) == part) | (part in FACTORS))


def ablations(known: Known, depth: int) -> list[System]:
    """Systems "without communality", "communality alone" and so on, for every part.

    They answer as `pipeline.recommend` does, at the default dials, int32 [b, depth].
    """
    return [
        System(name, family, partial(_answer, known, kept, depth))
        for part in TERMS
        for name, family, kept in (
            (f"without {part}", Family.WITHOUT, without(part)),
            (f"{part} alone", Family.ALONE, alone(part)),
        )
    ]


def _answer(known: Known, kept: Kept, depth: int, question: Question) -> Lists:
    model = reduced(known.pipeline.model, kept, question.askers)
    return ours.answer(model, question, depth)


def reduced(model: Model, kept: Kept, askers: NDArray[np.int32]) -> Model:
    """The model with what is kept, for the new people of `askers`, int32 [b], and of nobody else.

    Seats for the little seen are reserved anew, which takes the lists of all; only those of the
    askers are then copied.
    """
    pool = model.pools[Kind.PEOPLE]
    entries, counts = _ordered(model, pool, kept)
    reserved = reserve(_starts(counts), pool.rows[entries], pool.active_topic[entries] >= 0)
    asked = np.isin(np.arange(len(counts)), askers)
    mine = np.repeat(asked, counts)
    entries, counts = entries[mine], np.where(asked, counts, 0)
    columns = {column.name: getattr(pool, column.name) for column in fields(Pool)}
    del columns["indptr"]
    changed = {name: column[entries] for name, column in columns.items()} | {
        "relevance": _relevance(
            model, pool, kept, entries, np.repeat(np.arange(len(counts)), counts)
        ),
        "reserved": reserved[mine],
    }
    smaller = Pool(indptr=_starts(counts), **changed)
    return replace(model, pools={**model.pools, Kind.PEOPLE: smaller})


def _ordered(model: Model, pool: Pool, kept: Kept) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Entries of `pool` that stay, int64 [m], by person, best first; how many are whose, [n]."""
    people = np.arange(len(pool.indptr) - 1)
    counts, blocks = np.zeros(len(people), np.int64), [np.empty(0, np.int64)]
    for block in (people[first : first + BLOCK] for first in people[::BLOCK]):
        start, end = pool.indptr[block, None], pool.indptr[block + 1, None]
        # A line each, as wide as the widest: sorting line by line is far cheaper than all at once.
        entries = start + np.arange((end - start).max())
        filled, together = entries < end, slice(int(start[0, 0]), int(end[-1, 0]))
        stays = np.any(pool.signals[together][:, kept.found_by] > 0, axis=1)
        persons = np.repeat(block, (end - start)[:, 0])
        scores, rows = np.full(filled.shape, -np.inf), np.zeros(filled.shape, np.int32)
        relevance = _relevance(model, pool, kept, together, persons)
        scores[filled], rows[filled] = np.where(stays, relevance, -np.inf), pool.rows[together]
        order = np.lexsort((rows, -scores), axis=1)
        found = np.take_along_axis(scores, order, axis=1) > -np.inf
        blocks.append(np.take_along_axis(entries, order, axis=1)[found])
        counts[block] = found.sum(axis=1)
    return np.concatenate(blocks), counts


def _relevance(
    model: Model,
    pool: Pool,
    kept: Kept,
    entries: NDArray[np.int64] | slice,
    persons: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The sum of the terms that are kept, float32 [m], of m entries of `persons`, int64 [m]."""
    known = np.minimum(
        model.asker_confidence[persons], model.contact_confidence[pool.rows[entries]]
    )
    signals, factors = from_byte(pool.signals[entries]), from_byte(pool.factors[entries])
    all_terms = contributions(signals, factors, from_byte(known), model.usual)
    # As in `relevance.relevance`, with 0 for the rest, so that what is whole stays so to the bit.
    return np.asarray(np.where(kept.terms, all_terms, 0).sum(axis=-1, dtype=np.float32))


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def shares(known: Known, askers: NDArray[np.int32]) -> dict[str, float]:
    """Share of the positive terms of a score that each part carries, in [0, 1], summing to 1.

    Mean over everyone shown in the first TOP places to askers, int32 [b]; NaN where nobody is.
    """
    slate, _ = ask(known, askers, TOP)
    positive = np.maximum(terms(known.pipeline.model, slate), 0)
    total = positive.sum(axis=-1)
    counted = total > 0
    parts = positive[counted] / total[counted][:, None]
    means = parts.mean(axis=0) if len(parts) else np.full(len(TERMS), np.nan)
    return dict(zip(TERMS, means.tolist(), strict=True))


def found_by(
    known: Known, askers: NDArray[np.int32], relevant: sp.csr_matrix, depth: int
) -> dict[str, tuple[float, float]]:
    """Recall@depth of each source alone, and marginal recall (science §8.7), by its name.

    askers: int32 [b]; relevant: CSR pattern [b, n]. Alone, a source ranks those of the stored
    candidates whom it found by its own signal, equal ones by row. Marginal: the share of the
    relevant people who are stored and were found by it and by no other. Means over askers for whom
    somebody is relevant; NaN where there is none.
    """
    alone = np.full((len(askers), len(SIGNALS)), np.nan)
    only = alone.copy()
    for start in range(0, len(askers), ours.BLOCK):
        block = slice(start, start + ours.BLOCK)
        slate, wanted = _candidates(known, askers[block]), relevant[block]
        hit = hits(slate.rows, wanted)
        single = (slate.signals > 0).sum(axis=-1) == 1
        for source in range(len(SIGNALS)):
            found = slate.signals[..., source] > 0
            lists = _by_signal(slate, source, depth)
            alone[block, source] = recall(lists, wanted, depth)
            only[block, source] = share((hit & single & found).sum(axis=1), np.diff(wanted.indptr))
    pairs = zip(_means(alone), _means(only), strict=True)
    return dict(zip(SIGNALS, pairs, strict=True))


def _candidates(known: Known, askers: NDArray[np.int32]) -> Slate:
    model, query = known.pipeline.model, Query(askers=[Row(int(asker)) for asker in askers])
    return filtered(model, query, sources(model, query))


def _by_signal(slate: Slate, source: int, depth: int) -> Lists:
    signal = np.where(slate.rows >= 0, slate.signals[..., source], 0)
    order = np.lexsort((slate.rows, -signal), axis=1)[:, :depth]
    rows = np.where(signal > 0, slate.rows, -1)
    return np.take_along_axis(rows, order, axis=1)


def _means(values: NDArray[np.float64]) -> list[float]:
    """Mean of the defined values of each column."""
    defined = values[~np.isnan(values).any(axis=1)]
    return defined.mean(axis=0).tolist() if len(defined) else [float("nan")] * values.shape[1]
