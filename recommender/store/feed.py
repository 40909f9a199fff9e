"""What changed, in the order in which it was committed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, Table, select

from recommender.domain.learner import Change
from recommender.domain.times import microseconds
from recommender.store.rows import (
    Row,
    read_block,
    read_erasure,
    read_event,
    read_learner,
    read_lifted,
)
from recommender.store.tables import BLOCKS, ERASURES, EVENTS, LEARNERS, LIFTED, TENANTS

SOURCES: dict[Table, Callable[[Row], Change]] = {
    LEARNERS: read_learner,
    BLOCKS: read_block,
    LIFTED: read_lifted,
    EVENTS: read_event,
    ERASURES: read_erasure,
}
"""The tables whose rows are changes, and how each is read."""


def position(connection: Connection, tenant: str) -> int:
    """The number of the tenant's newest change; 0 where there was none."""
    found = connection.scalar(select(TENANTS.c.seq).where(TENANTS.c.tenant == tenant))
    return int(found or 0)


def changes(
    connection: Connection, tenant: str, after: int, limit: int, events_since: datetime
) -> list[tuple[int, Change]]:
    """The first `limit` changes after number `after`, each with its number, in order.

    A row that changes again between two of the queries goes to a number above `end`: it is left
    out here, and found there by the next reading.
    """
    end = position(connection, tenant)
    if end <= after:
        return []
    found = chain.from_iterable(
        _of(connection, table, tenant, (after, end), limit, events_since) for table in SOURCES
    )
    return sorted(found, key=lambda each: each[0])[:limit]


def _of(
    connection: Connection,
    table: Table,
    tenant: str,
    between: tuple[int, int],
    limit: int,
    events_since: datetime,
) -> list[tuple[int, Change]]:
    after, end = between
    query = (
        select(table)
        .where(table.c.tenant == tenant, table.c.seq > after, table.c.seq <= end)
        .order_by(table.c.seq)
        .limit(limit)
    )
    if table is EVENTS:
        query = query.where(table.c.occurred_at >= microseconds(events_since))
    read = SOURCES[table]
    return [(int(row["seq"]), read(row)) for row in connection.execute(query).mappings()]
