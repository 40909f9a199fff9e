"""What changed, in the order in which it was committed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, Connection, Table, select, true

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
    connection: Connection,
    tenant: str,
    after: int,
    limit: int,
    since: datetime,
    now: datetime,
) -> list[tuple[int, Change]]:
    """The first `limit` changes after number `after`, each with its number, in order.

    Left out are events of before `since`, and erasures that were complete by then.
    A row that changes again between two of the queries goes to a number above `end`: it is left
    out here, and found there by the next reading.
    """
    end = position(connection, tenant)
    if end <= after:
        return []
    later = {
        EVENTS: EVENTS.c.occurred_at >= microseconds(since),
        # What is dated in the future may all the same have been made before an erasure.
        ERASURES: ERASURES.c.complete_at >= microseconds(min(since, now)),
    }
    found = chain.from_iterable(
        _of(connection, table, tenant, (after, end), limit, later.get(table, true()))
        for table in SOURCES
    )
    return sorted(found, key=lambda each: each[0])[:limit]


def _of(
    connection: Connection,
    table: Table,
    tenant: str,
    between: tuple[int, int],
    limit: int,
    where: ColumnElement[bool],
) -> list[tuple[int, Change]]:
    after, end = between
    query = (
        select(table)
        .where(table.c.tenant == tenant, table.c.seq > after, table.c.seq <= end, where)
        .order_by(table.c.seq)
        .limit(limit)
    )
    read = SOURCES[table]
    return [(int(row["seq"]), read(row)) for row in connection.execute(query).mappings()]
