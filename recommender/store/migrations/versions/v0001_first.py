"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table("pln_tenants", _key("tenant"), _bytes("key"), _number("seq"))
    _learners()
    _events()
    op.create_table(
        "pln_erasures",
        _key("tenant"),
        _key("mark"),
        _text("receipt_id"),
        *(_number(name) for name in ("erased_at", "complete_at", "seq")),
    )
    _index("erasures", "seq", "seq")
    op.create_table(
        "pln_requests",
        *(_key(name) for name in ("tenant", "request_id")),
        _text("method"),
        *(_bytes(name) for name in ("digest", "answer")),
        *(_text(name, nullable=True) for name in ("person_id", "contact_id")),
        _number("asked_at"),
    )
    op.create_index("pln_requests_asked", "pln_requests", ["asked_at"])
    _index("requests", "person", "person_id")
    _index("requests", "contact", "contact_id")


def _learners() -> None:
    op.create_table(
        "pln_learners",
        *(_key(name) for name in ("tenant", "person_id")),
        _text("state"),
        *(_number(name) for name in ("version", "updated_at", "seq")),
    )
    _index("learners", "seq", "seq")
    op.create_table(
        "pln_blocks",
        *(_key(name) for name in ("tenant", "person_id", "contact_id")),
        _text("kind"),
        _text("list_kind", nullable=True),
        _number("created_at"),
        _number("expires_at", nullable=True),
        _number("seq"),
    )
    _index("blocks", "seq", "seq")
    _index("blocks", "person", "person_id", "seq")
    _index("blocks", "contact", "contact_id")
    op.create_table(
        "pln_lifted",
        *(_key(name) for name in ("tenant", "person_id", "contact_id")),
        *(_number(name) for name in ("lifted_at", "seq")),
    )
    _index("lifted", "seq", "seq")
    _index("lifted", "contact", "contact_id")


def _events() -> None:
    op.create_table(
        "pln_events",
        *(_key(name) for name in ("tenant", "event_id")),
        *(_text(name) for name in ("kind", "person_id")),
        _text("contact_id", nullable=True),
        *(_text(name) for name in ("topic_id", "object_id", "verb")),
        sa.Column("weight", sa.Double, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        *(_number(name) for name in ("occurred_at", "seq")),
    )
    _index("events", "seq", "seq", "occurred_at")
    _index("events", "person", "person_id")
    _index("events", "contact", "contact_id")
    op.create_table(
        "pln_feedback",
        *(_key(name) for name in ("tenant", "event_id")),
        *(_text(name) for name in ("person_id", "contact_id", "action")),
        _number("occurred_at"),
        *(_text(name) for name in ("token", "model", "list_kind")),
        *(
            sa.Column(name, sa.Double, nullable=False)
            for name in ("like_mindedness", "collaboration", "diversity")
        ),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("propensity", sa.Double, nullable=True),
        _text("surface"),
    )
    _index("feedback", "person", "person_id", "occurred_at")
    _index("feedback", "contact", "contact_id", "occurred_at")


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"pln_{table}_{name}", f"pln_{table}", ["tenant", *columns])


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)
