"""All that a store holds of one tenant, at one moment, for those who copy it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from recommender.domain.learner import Block, Change, Erasure, Feedback, Learner
from recommender.domain.times import microseconds
from recommender.store import feed
from recommender.store.rows import (
    AnyEvent,
    Row,
    from_us,
    read_block,
    read_erasure,
    read_event,
    read_feedback,
    read_learner,
)
from recommender.store.tables import BLOCKS, ERASURES, EVENTS, FEEDBACK, LEARNERS

Value = TypeVar("Value")

_AT_ONCE = 1000

COUNTED = {
    "learners": LEARNERS,
    "blocks": BLOCKS,
    "events": EVENTS,
    "feedback": FEEDBACK,
    "erasures": ERASURES,
}
"""What `Contents.counts` counts."""


class Contents:
    """One tenant's rows as values, as they were at `now`; lists stream, so memory stays small."""

    def __init__(self, connection: Connection, tenant: str, now: datetime) -> None:
        self._connection = connection
        self.tenant = tenant
        self.now = now

    def position(self) -> int:
        """The number of the newest change in it."""
        return feed.position(self._connection, self.tenant)

    def changes(self, after: int, limit: int, since: datetime) -> list[tuple[int, Change]]:
        """The first `limit` changes after number `after`: see `LearnerStore.changes`."""
        return feed.changes(self._connection, self.tenant, after, limit, since, self.now)

    def counts(self) -> dict[str, int]:
        """Rows by table of `COUNTED`."""
        return {
            name: int(
                self._connection.scalar(select(func.count()).where(table.c.tenant == self.tenant))
                or 0
            )
            for name, table in COUNTED.items()
        }

    def last_change_at(self) -> datetime | None:
        """When a learner last decided anything, a person was erased or something happened."""
        columns = (
            LEARNERS.c.updated_at,
            BLOCKS.c.created_at,
            EVENTS.c.occurred_at,
            FEEDBACK.c.occurred_at,
            ERASURES.c.erased_at,
        )
        times = [
            self._connection.scalar(
                select(func.max(column)).where(column.table.c.tenant == self.tenant)
            )
            for column in columns
        ]
        found = [time for time in times if time is not None]
        return from_us(max(found)) if found else None

    def learners(self) -> Iterator[Learner]:
        """Everyone who decided something, by id."""
        return self._all(LEARNERS, read_learner, LEARNERS.c.person_id)

    def blocks(self) -> Iterator[Block]:
        """Every decision about a person, lapsed ones too, by the two ids."""
        return self._all(BLOCKS, read_block, BLOCKS.c.person_id, BLOCKS.c.contact_id)

    def events(self, since: datetime | None = None) -> Iterator[AnyEvent]:
        """What happened at `since` or later, in order of time, then of event ids."""
        order = (EVENTS.c.occurred_at, EVENTS.c.event_id)
        return self._all(EVENTS, read_event, *order, since=since)

    def feedback(self, since: datetime | None = None) -> Iterator[Feedback]:
        """What became of recommendations at `since` or later: by answer and time."""
        order = (FEEDBACK.c.token, FEEDBACK.c.occurred_at, FEEDBACK.c.event_id)
        return self._all(FEEDBACK, read_feedback, *order, since=since)

    def erasures(self) -> Iterator[Erasure]:
        """Who was erased, by mark."""
        return self._all(ERASURES, read_erasure, ERASURES.c.mark)

    def _all(
        self,
        table: Table,
        read: Callable[[Row], Value],
        *order: ColumnElement[object],
        since: datetime | None = None,
    ) -> Iterator[Value]:
        query: Select[tuple[object, ...]] = select(table).where(table.c.tenant == self.tenant)
        if since is not None:
            query = query.where(table.c.occurred_at >= microseconds(since))
        streamed = self._connection.execution_options(yield_per=_AT_ONCE)
        for row in streamed.execute(query.order_by(*order)).mappings():
            yield read(row)
