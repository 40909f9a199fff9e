"""Who was shown to whom, by feedback."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from recommender.domain.ids import PersonId
from recommender.domain.learner import FeedbackAction
from recommender.domain.slate import Kind
from recommender.domain.times import microseconds
from recommender.store.rows import from_us
from recommender.store.tables import FEEDBACK

_MOST_VALUES = 500
"""Values in one statement."""


def last_shown(
    connection: Connection, tenant: str, person_id: PersonId, kind: Kind, since: datetime
) -> dict[PersonId, datetime]:
    """When each contact was last shown to a person on this kind of list, since `since`."""
    query = (
        select(FEEDBACK.c.contact_id, func.max(FEEDBACK.c.occurred_at))
        .where(
            FEEDBACK.c.tenant == tenant,
            FEEDBACK.c.person_id == person_id,
            FEEDBACK.c.occurred_at >= microseconds(since),
            FEEDBACK.c.action == FeedbackAction.SHOWN,
            FEEDBACK.c.list_kind == kind,
        )
        .group_by(FEEDBACK.c.contact_id)
    )
    return {PersonId(who): from_us(at) for who, at in connection.execute(query)}


def shown_counts(
    connection: Connection, tenant: str, contact_ids: Iterable[PersonId], since: datetime
) -> dict[PersonId, int]:
    """To how many different people each contact was shown since `since`, where to any."""
    wanted, found = list(contact_ids), dict[PersonId, int]()
    for start in range(0, len(wanted), _MOST_VALUES):
        query = (
            select(FEEDBACK.c.contact_id, func.count(FEEDBACK.c.person_id.distinct()))
            .where(
                FEEDBACK.c.tenant == tenant,
                FEEDBACK.c.contact_id.in_(wanted[start : start + _MOST_VALUES]),
                FEEDBACK.c.occurred_at >= microseconds(since),
                FEEDBACK.c.action == FeedbackAction.SHOWN,
            )
            .group_by(FEEDBACK.c.contact_id)
        )
        found |= {PersonId(who): count for who, count in connection.execute(query)}
    return found
