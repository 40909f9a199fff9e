"""What is dropped once it has had its time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, insert, select, update

from recommender.domain.times import microseconds
from recommender.store.tables import BLOCKS, EVENTS, FEEDBACK, LIFTED, REQUESTS, TENANTS

REQUESTS_KEPT = timedelta(hours=25)
"""How long answers to named requests are remembered: a day, and an hour for clocks that differ."""

LIFTED_KEPT = timedelta(days=90)
"""How long it is remembered that a block was lifted: longer than any model that holds it."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows were dropped."""

    blocks: int = 0
    """Blocks that had lapsed; readers learn of it as of blocks that are lifted."""
    requests: int = 0
    """Remembered answers."""
    lifted: int = 0
    """Blocks that were lifted long ago."""
    events: int = 0
    """Events and feedback from before the time that was asked for."""

    def __add__(self, other: Purged) -> Purged:
        return Purged(
            **{
                each.name: getattr(self, each.name) + getattr(other, each.name)
                for each in fields(self)
            }
        )


def purge(
    connection: Connection, tenant: str, seq: int, now: datetime, before: datetime | None
) -> Purged:
    """Drop a tenant's rows that have had their time.

    Marks of the erased never have: nobody knows for how long a model that holds her is served.
    seq: of its newest change so far. before: also events and feedback of before then; None: none.
    """
    old = 0
    if before is not None:
        moment = timedelta(microseconds=1)
        for table in (EVENTS, FEEDBACK):
            old += _drop(connection, table, tenant, "occurred_at", before - moment)
    return Purged(
        events=old,
        blocks=_lapse(connection, tenant, seq, microseconds(now)),
        requests=_drop(connection, REQUESTS, tenant, "asked_at", now - REQUESTS_KEPT),
        lifted=_drop(connection, LIFTED, tenant, "lifted_at", now - LIFTED_KEPT),
    )


def _drop(connection: Connection, table: Table, tenant: str, column: str, until: datetime) -> int:
    old = table.c[column] <= microseconds(until)
    return connection.execute(delete(table).where(table.c.tenant == tenant, old)).rowcount


def _lapse(connection: Connection, tenant: str, seq: int, now: int) -> int:
    lapsed = (BLOCKS.c.tenant == tenant, BLOCKS.c.expires_at <= now)
    pairs = connection.execute(
        select(BLOCKS.c.person_id, BLOCKS.c.contact_id).where(*lapsed).order_by(BLOCKS.c.seq)
    ).all()
    if not pairs:
        return 0
    rows = [
        {
            "tenant": tenant,
            "person_id": person_id,
            "contact_id": contact_id,
            "lifted_at": now,
            "seq": number,
        }
        for number, (person_id, contact_id) in enumerate(pairs, start=seq + 1)
    ]
    connection.execute(delete(BLOCKS).where(*lapsed))
    connection.execute(insert(LIFTED), rows)
    connection.execute(
        update(TENANTS).where(TENANTS.c.tenant == tenant).values(seq=seq + len(rows))
    )
    return len(rows)
