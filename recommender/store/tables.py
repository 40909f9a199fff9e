"""The tables. Times are microseconds since 1970 (UTC), and every row belongs to a tenant.

`seq` is the number of the change that made a row what it is. Numbers are given under the lock on
the tenant's row in `TENANTS`, which is held until the change is committed. So whoever reads the
number there finds every change up to it in place, and none comes in before it later.

A change of a column or a table here needs a file in `migrations/versions`; a test compares them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

METADATA = MetaData()


def _key(name: str) -> Column[Any]:
    return Column(name, Text, primary_key=True)


def _text(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=optional)


def _number(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=optional)


def _real(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Double, nullable=optional)


def _bytes(name: str) -> Column[Any]:
    return Column(name, LargeBinary, nullable=False)


TENANTS = Table("pln_tenants", METADATA, _key("tenant"), _bytes("key"), _number("seq"))
"""One row per tenant: its secret, and the number of its newest change."""

LEARNERS = Table(
    "pln_learners",
    METADATA,
    _key("tenant"),
    _key("person_id"),
    _text("state"),
    _number("version"),
    _number("updated_at"),
    _number("seq"),
    Index("pln_learners_seq", "tenant", "seq"),
)
"""What learners have decided; `state` is a JSON document, which is read and written whole."""

BLOCKS = Table(
    "pln_blocks",
    METADATA,
    _key("tenant"),
    _key("person_id"),
    _key("contact_id"),
    _text("kind"),
    _text("list_kind", optional=True),
    _number("created_at"),
    _number("expires_at", optional=True),
    _number("seq"),
    Index("pln_blocks_seq", "tenant", "seq"),
    Index("pln_blocks_person", "tenant", "person_id", "seq"),
    Index("pln_blocks_contact", "tenant", "contact_id"),
)
"""Whom learners keep off their lists: one row for a learner and a person."""

LIFTED = Table(
    "pln_lifted",
    METADATA,
    _key("tenant"),
    _key("person_id"),
    _key("contact_id"),
    _number("lifted_at"),
    _number("seq"),
    Index("pln_lifted_seq", "tenant", "seq"),
    Index("pln_lifted_contact", "tenant", "contact_id"),
)
"""Blocks that were taken back or have lapsed: models made before still hold them."""

EVENTS = Table(
    "pln_events",
    METADATA,
    _key("tenant"),
    _key("event_id"),
    _text("kind"),
    _text("person_id"),
    _text("contact_id", optional=True),
    _text("topic_id"),
    _text("object_id"),
    _text("verb"),
    _real("weight"),
    Column("ended", Boolean, nullable=False),
    _number("occurred_at"),
    _number("seq"),
    Index("pln_events_seq", "tenant", "seq", "occurred_at"),
    Index("pln_events_person", "tenant", "person_id"),
    Index("pln_events_contact", "tenant", "contact_id"),
)
"""What happened on the host platform; `kind` says which of the domain's events a row is."""

FEEDBACK = Table(
    "pln_feedback",
    METADATA,
    _key("tenant"),
    _key("event_id"),
    _text("person_id"),
    _text("contact_id"),
    _text("action"),
    _number("occurred_at"),
    _text("token"),
    _text("model"),
    _text("list_kind"),
    _real("like_mindedness"),
    _real("collaboration"),
    _real("diversity"),
    Column("rank", Integer, nullable=False),
    _real("propensity", optional=True),
    _text("surface"),
    Index("pln_feedback_person", "tenant", "person_id", "occurred_at"),
    Index("pln_feedback_contact", "tenant", "contact_id", "occurred_at"),
)
"""What became of recommendations. The three dials are those of the answer."""

ERASURES = Table(
    "pln_erasures",
    METADATA,
    _key("tenant"),
    _key("mark"),
    _text("receipt_id"),
    _number("erased_at"),
    _number("complete_at"),
    _number("seq"),
    Index("pln_erasures_seq", "tenant", "seq"),
)
"""Who was erased, as a mark that does not tell who; kept for good, see `purging`."""

REQUESTS = Table(
    "pln_requests",
    METADATA,
    _key("tenant"),
    _key("request_id"),
    _text("method"),
    _bytes("digest"),
    _bytes("answer"),
    _text("person_id", optional=True),
    _text("contact_id", optional=True),
    _number("asked_at"),
    Index("pln_requests_asked", "asked_at"),
    Index("pln_requests_person", "tenant", "person_id"),
    Index("pln_requests_contact", "tenant", "contact_id"),
)
"""Answers to named requests, and the people whom they are about, if any."""

PERSONAL = (LEARNERS, BLOCKS, LIFTED, EVENTS, FEEDBACK, REQUESTS)
"""Tables with people in them, as `person_id` and, where they have it, `contact_id`."""
