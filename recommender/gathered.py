"""Everyone whom a query is about: the stored candidates, and people scored on the spot."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import Row
from recommender.domain.pool import Pool
from recommender.domain.slate import Kind, Query
from recommender.explained import explained
from recommender.live import Live
from recommender.model import spans, unknown_pool
from recommender.packed import PackedPool, Stored
from recommender.ranking.goals import brought_in
from recommender.spotted import cares_for, spotted

STRANGERS = 100
"""People led before somebody who came and of whose topics nothing is known."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Candidates of b askers: those of line i are in `pool` at start[i]:end[i].

    spotted: bool [m], who of the pool was scored on the spot; None: nobody.
    """

    pool: Pool
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    spotted: NDArray[np.bool_] | None = None


def gather(live: Live, query: Query) -> Gathered:
    """The stored candidates of every asker, and whom else the query or changes bring before her."""
    askers = np.asarray(query.askers, np.int32)
    pool, start, end = _stored(live.model.pools[query.kind], askers)
    if query.kind is not Kind.PEOPLE or (query.prepared and query.among is None):
        return Gathered(pool, start, end)
    more = [
        _others(live, query, Row(asker), pool.rows[first:last])
        for asker, first, last in zip(query.askers, start.tolist(), end.tolist(), strict=True)
    ]
    if not any(len(part.rows) for part in more):
        return Gathered(pool, start, end)
    return _together(pool, start, end, more)


def _stored(
    stored: Stored, askers: NDArray[np.int32]
) -> tuple[Pool, NDArray[np.int64], NDArray[np.int64]]:
    """The candidates of askers: a pool that has them, and where in it each asker's are."""
    if isinstance(stored, PackedPool):
        pool = stored.of(askers)
        return pool, pool.indptr[:-1], pool.indptr[1:]
    return stored, *spans(stored.indptr, askers)


def _others(live: Live, query: Query, asker: Row, stored: NDArray[np.int32]) -> Pool:
    """Who is not stored for an asker: those asked for, and of the others whoever has a reason."""
    lately = fresh(live, query)
    plain = query.among is None and not query.goals and not lately
    if plain and len(stored) and not len(live.newcomers()):
        return _NOBODY
    asked = brought_in(live.model, query.goals, lately)
    if query.among is not None:
        asked = np.array(sorted(query.among), np.int32)
    led = _led_before(live, query, asker, nothing_stored=not len(stored))
    rows = np.setdiff1d(np.union1d(asked, led), np.append(stored, asker)).astype(np.int32)
    if not len(rows):
        return _NOBODY
    found = spotted(live, asker, rows)
    told = np.isin(rows, asked) | explained({n: getattr(found, n) for n in _PROOF})
    return _rows_of(found, np.asarray(told, bool))


def fresh(live: Live, query: Query) -> tuple[tuple[Row, float], ...]:
    """What the asker took up since training; of a block of askers nothing is asked."""
    return live.interests(query.askers[0]) if len(query.askers) == 1 else ()


def _led_before(live: Live, query: Query, asker: Row, *, nothing_stored: bool) -> NDArray[np.int32]:
    """People who came since and share a topic; before somebody new, the leading people of hers."""
    if query.among is not None:
        return np.empty(0, np.int32)
    came = live.newcomers()
    if not (len(came) or nothing_stored):
        return came
    topics, _ = cares_for(live.model, asker)
    shared = np.isin(live.model.main_topics[came], topics)
    alike = np.asarray(came[shared.any(axis=1)], np.int32)
    if not nothing_stored:
        return alike
    lead = live.model.topic_people[topics].ravel()
    lead = lead[lead >= 0]
    if not len(lead):
        lead = live.model.topic_people[:STRANGERS, :3].ravel()
        lead = lead[lead >= 0]
    return np.union1d(alike, lead).astype(np.int32)


def _together(
    pool: Pool, start: NDArray[np.int64], end: NDArray[np.int64], more: list[Pool]
) -> Gathered:
    """Stored and spotted candidates line by line in one pool."""
    lines = list(zip(start.tolist(), end.tolist(), more, strict=True))
    sizes = np.array([last - first + len(part.rows) for first, last, part in lines], np.int64)
    ends = np.cumsum(sizes)
    columns: dict[str, Any] = {}
    for name in _COLUMNS:
        column = getattr(pool, name)
        parts = [(column[first:last], getattr(part, name)) for first, last, part in lines]
        columns[name] = np.concatenate([piece for pair in parts for piece in pair])
    flags = [
        np.arange(last - first + len(part.rows)) >= last - first for first, last, part in lines
    ]
    joined = Pool(indptr=np.r_[np.int64(0), ends], **columns)
    return Gathered(joined, ends - sizes, ends, np.concatenate(flags))


def _rows_of(pool: Pool, kept: NDArray[np.bool_]) -> Pool:
    columns: dict[str, Any] = {name: getattr(pool, name)[kept] for name in _COLUMNS}
    return Pool(indptr=pool.indptr, **columns)


_NOBODY = unknown_pool(0)
_COLUMNS = [field.name for field in fields(Pool) if field.name != "indptr"]
_PROOF = [name for name in _COLUMNS if name != "relevance"]
