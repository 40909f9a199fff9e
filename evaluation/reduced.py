"""A model with parts of its relevance left out, for the lists of a few askers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.pool import Pool, from_byte
from recommender.domain.slate import FACTORS, SIGNALS, Kind
from recommender.factors.confidence import pair_confidence
from recommender.model import Model
from recommender.packed import rounded, whole
from recommender.ranking.relevance import TERMS, codes, contributions
from recommender.rerank.little_seen import reserve

BLOCK = 1024
"""People whose candidates are looked at together: bounds memory."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a model.

    terms: bool [14] by TERMS, what relevance sums up; found_by: bool [5] by SIGNALS, the sources
    left; whoever was found by none of these is gone, as far as a signal stored in a byte can tell.
    """

    terms: NDArray[np.bool_]
    found_by: NDArray[np.bool_]


def without(part: str) -> Kept:
    """All but `part`, a factor or a source.

    >>> np.array(SIGNALS)[~without("shared_contacts").found_by].tolist()
    ['shared_contacts']
    """
    return Kept(np.array(TERMS) != part, np.array(SIGNALS) != part)


def alone(part: str) -> Kept:
    """Only `part`; a factor ranks whomever the sources found.

    >>> np.array(SIGNALS)[alone("shared_contacts").found_by].tolist()
    ['shared_contacts']
    >>> bool(alone("trends").found_by.all())
    True
    """
    return Kept(np.array(TERMS) == part, (np.array(SIGNALS) == part) | (part in FACTORS))


def nothing() -> Kept:
    """No term at all: whomever the sources found, all with a relevance of 0, so by row.

    >>> int(nothing().terms.sum()), bool(nothing().found_by.all())
    (0, True)
    """
    return Kept(np.zeros(len(TERMS), bool), np.ones(len(SIGNALS), bool))


def reduced(model: Model, kept: Kept, askers: NDArray[np.int32]) -> Model:
    """The model with what is kept, for the new people of `askers`, int32 [b], and of nobody else.

    Seats for the little seen are reserved anew, which takes the lists of all; only those of the
    askers are then copied.
    """
    pool = whole(model.pools[Kind.PEOPLE])
    entries, counts = _ordered(model, pool, kept)
    contacts = np.diff(model.ties.indptr)
    reserved = reserve(_starts(counts), pool.rows[entries], from_byte(model.active), contacts)
    asked = np.isin(np.arange(len(counts)), askers)
    mine = np.repeat(asked, counts)
    entries, counts = entries[mine], np.where(asked, counts, 0)
    persons = np.repeat(np.arange(len(counts)), counts)
    columns = {field.name: getattr(pool, field.name) for field in fields(Pool)}
    columns = {name: column[entries] for name, column in columns.items() if name != "indptr"}
    columns["relevance"] = _relevance(model, pool, kept, entries, persons)
    columns["reserved"] = reserved[mine]
    smaller = Pool(indptr=_starts(counts), **columns)
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
    sides = model.asker_confidence[persons], model.contact_confidence[pool.rows[entries]]
    known = pair_confidence(*sides, pool.factors[entries])
    signals, factors = from_byte(pool.signals[entries]), from_byte(pool.factors[entries])
    coded = codes(signals, factors, from_byte(known), model.usual)
    all_terms = contributions(model.tables, model.segment[persons], coded)
    # As in `pools`, with 0 for the rest, so that what is whole stays so to the bit.
    return rounded(np.where(kept.terms, all_terms, 0).sum(axis=-1, dtype=np.float32))


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
