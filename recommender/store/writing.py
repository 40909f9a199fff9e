"""One transaction of a tenant: all that is written in it becomes durable at its end, or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select, update

from recommender.domain.erasure import erasure_mark
from recommender.domain.ids import PersonId
from recommender.domain.learner import (
    Block,
    BlockKind,
    Erasure,
    Feedback,
    FeedbackAction,
    Learner,
)
from recommender.domain.times import microseconds
from recommender.store import erasing, repeats
from recommender.store.repeats import Once
from recommender.store.rows import (
    AnyEvent,
    block_row,
    erasure_row,
    event_row,
    feedback_row,
    learner_row,
    read_block,
    read_learner,
)
from recommender.store.tables import (
    BLOCKS,
    ERASURES,
    EVENTS,
    FEEDBACK,
    LEARNERS,
    LIFTED,
    TENANTS,
)

GONE_AFTER = timedelta(days=30)
"""How long after an erasure the last file that holds the person is gone."""

_MOST_VALUES = 500
"""Values in one statement."""


class Writing:
    """What can be written. Nobody else writes for the tenant meanwhile, on any server.

    now: the time of all that is written.
    replayed: the first answer to the request, where it came before; nothing is to be written then.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        tenant: str,
        mark_key: bytes,
        seq: int,
        now: datetime,
        once: Once | None = None,
    ) -> None:
        self._connection = connection
        self._tenant = tenant
        self._mark_key = mark_key
        self._first = self._seq = seq
        self._once = once
        self.now = now
        self.has_erased = False
        self.replayed = repeats.first_answer(connection, tenant, mark_key, once) if once else None

    def learner(self, person_id: PersonId) -> Learner | None:
        """What a person has decided; None where she never did."""
        row = self._row(LEARNERS, person_id=person_id)
        return None if row is None else read_learner(row)

    def put_learner(self, learner: Learner) -> Learner:
        """Replace what a person has decided; returns it as it is kept, with time and version."""
        before = self.learner(learner.person_id)
        version = 1 + (before.version if before else 0)
        kept = replace(learner, version=version, updated_at=self.now)
        self._delete(LEARNERS, person_id=learner.person_id)
        self._insert(LEARNERS, [{**learner_row(kept), "seq": self._next()}])
        return kept

    def block(self, person_id: PersonId, contact_id: PersonId) -> Block | None:
        """The decision of a person about another; None where there is none that still holds."""
        row = self._row(BLOCKS, person_id=person_id, contact_id=contact_id)
        block = None if row is None else read_block(row)
        if block and block.expires_at and block.expires_at <= self.now:
            return None
        return block

    def put_block(self, block: Block) -> Block:
        """Keep a person off another's lists, in place of an earlier decision about the two."""
        kept = replace(block, created_at=self.now)
        pair = {"person_id": block.person_id, "contact_id": block.contact_id}
        self._delete(BLOCKS, **pair)
        self._delete(LIFTED, **pair)
        self._insert(BLOCKS, [{**block_row(kept, self.now), "seq": self._next()}])
        return kept

    def lift_block(self, person_id: PersonId, contact_id: PersonId) -> bool:
        """Take a decision back. False where there is none that still holds."""
        held = self.block(person_id, contact_id) is not None
        pair = {"person_id": person_id, "contact_id": contact_id}
        if self._delete(BLOCKS, **pair):
            self._delete(LIFTED, **pair)
            row = {**pair, "lifted_at": microseconds(self.now), "seq": self._next()}
            self._insert(LIFTED, [row])
        return held

    def add_events(self, events: Sequence[AnyEvent]) -> list[bool]:
        """Add what happened. False for each whose event_id was there already."""
        new = self._unseen(EVENTS, [event.event_id for event in events])
        rows = [event_row(event) for event, is_new in zip(events, new, strict=True) if is_new]
        self._insert(EVENTS, [{**row, "seq": self._next()} for row in rows])
        return new

    def add_feedback(self, feedback: Sequence[Feedback]) -> list[bool]:
        """Add what became of recommendations. False for each whose event_id was there already.

        Whoever was declined is dismissed from that list; from all, if she was from another before.
        """
        new = self._unseen(FEEDBACK, [each.event_id for each in feedback])
        added = [each for each, is_new in zip(feedback, new, strict=True) if is_new]
        self._insert(FEEDBACK, [feedback_row(each) for each in added])
        for each in added:
            if each.action is FeedbackAction.DECLINED:
                self._dismiss(each)
        return new

    def count(self, person_id: PersonId) -> int:
        """How many rows `erase` would erase."""
        return erasing.count_rows(self._connection, self._tenant, person_id)

    def erase(self, person_id: PersonId) -> tuple[Erasure, int]:
        """Erase all there is about a person; returns the proof, and how many rows there were."""
        count = erasing.delete_rows(self._connection, self._tenant, person_id)
        erasure = Erasure(
            receipt_id=secrets.token_hex(16),
            mark=erasure_mark(self._mark_key, person_id),
            erased_at=self.now,
            complete_at=self.now + GONE_AFTER,
        )
        self._delete(ERASURES, mark=erasure.mark)
        self._insert(ERASURES, [{**erasure_row(erasure), "seq": self._next()}])
        self.has_erased = True
        return erasure, count

    def erased(self, person_ids: Iterable[PersonId]) -> set[PersonId]:
        """Those of these people whose erasure is not complete yet; who was may come back."""
        marks = {erasure_mark(self._mark_key, person_id): person_id for person_id in person_ids}
        under_way = ERASURES.c.complete_at > microseconds(self.now)
        return {marks[mark] for mark in self._present(ERASURES, "mark", list(marks), under_way)}

    def answered(self, content: bytes, people: Sequence[PersonId] = ()) -> None:
        """Remember what a repetition of the request is to get; nothing where it has no name.

        people: whom the answer names, two at most: it is forgotten when one of them is erased.
        """
        if self._once is None:
            return
        repeats.remember(
            self._connection,
            self._tenant,
            self._mark_key,
            self._once,
            answer=content,
            people=people,
            now=self.now,
        )

    def finish(self) -> None:
        """Make the numbers that were given the tenant's; the last thing before the commit."""
        if self._seq != self._first:
            self._connection.execute(
                update(TENANTS).where(TENANTS.c.tenant == self._tenant).values(seq=self._seq)
            )

    def _dismiss(self, feedback: Feedback) -> None:
        before = self.block(feedback.person_id, feedback.contact_id)
        list_kind = feedback.list_kind
        if before:
            whole = before.kind is not BlockKind.DISMISS or before.list_kind is None
            same = before.list_kind is list_kind and before.expires_at is None
            if whole or same:
                return
        other = before is not None and before.list_kind is not list_kind
        dismissal = Block(
            person_id=feedback.person_id,
            contact_id=feedback.contact_id,
            kind=BlockKind.DISMISS,
            list_kind=None if other else list_kind,
        )
        self.put_block(dismissal)

    def _refuse_replayed(self) -> None:
        if self.replayed is not None:
            raise RuntimeError("the request was done before; give its first answer")

    def _next(self) -> int:
        self._refuse_replayed()
        self._seq += 1
        return self._seq

    def _unseen(self, table: Table, event_ids: list[str]) -> list[bool]:
        """Which of these are new; of two that are the same, the first."""
        seen = self._present(table, "event_id", event_ids)
        new = []
        for event_id in event_ids:
            new.append(event_id not in seen)
            seen.add(event_id)
        return new

    def _present(
        self, table: Table, column: str, values: list[str], *where: ColumnElement[bool]
    ) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(values), _MOST_VALUES):
            part = values[start : start + _MOST_VALUES]
            query = select(table.c[column]).where(
                table.c.tenant == self._tenant, table.c[column].in_(part), *where
            )
            found.update(self._connection.scalars(query))
        return found

    def _row(self, table: Table, **key: str) -> Any:
        mine = and_(*(table.c[name] == value for name, value in key.items()))
        query = select(table).where(table.c.tenant == self._tenant, mine)
        return self._connection.execute(query).mappings().one_or_none()

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        self._refuse_replayed()
        if rows:
            self._connection.execute(
                insert(table), [{"tenant": self._tenant, **row} for row in rows]
            )

    def _delete(self, table: Table, **key: str) -> int:
        mine = and_(*(table.c[name] == value for name, value in key.items()))
        statement = delete(table).where(table.c.tenant == self._tenant, mine)
        return self._connection.execute(statement).rowcount
