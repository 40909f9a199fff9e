"""Erasing a person: her rows, those of others about her, and answers that may name her."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select

from recommender.domain.ids import PersonId
from recommender.store.tables import PERSONAL


def count_rows(connection: Connection, tenant: str, person_id: PersonId) -> int:
    """How many rows there are about a person."""
    return sum(
        int(connection.scalar(select(func.count()).where(_about(table, tenant, person_id))) or 0)
        for table in PERSONAL
    )


def delete_rows(connection: Connection, tenant: str, person_id: PersonId) -> int:
    """Delete every row about a person; returns how many there were."""
    return sum(
        connection.execute(delete(table).where(_about(table, tenant, person_id))).rowcount
        for table in PERSONAL
    )


def _about(table: Table, tenant: str, person_id: PersonId) -> ColumnElement[bool]:
    named = [table.c[name] == person_id for name in ("person_id", "contact_id") if name in table.c]
    return and_(table.c.tenant == tenant, or_(*named))
