"""Requests that have a name: each is done once, and its first answer remembered for a day."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from recommender.domain.errors import RequestReusedError
from recommender.domain.ids import PersonId
from recommender.domain.times import microseconds
from recommender.store.tables import REQUESTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A request that is done once, however often it comes.

    request_id: the caller's name for it. method: what it asks for. digest: of all it says.
    """

    request_id: str
    method: str
    digest: bytes

    def name(self, key: bytes) -> str:
        """What stands for the request's id, which may hold the id of a person."""
        return hashlib.blake2b(self.request_id.encode(), key=key, digest_size=16).hexdigest()


def first_answer(connection: Connection, tenant: str, key: bytes, once: Once) -> bytes | None:
    """The first answer to a request; None where it never came before.

    Raises RequestReusedError where its name came with another request.
    """
    query = select(REQUESTS.c.method, REQUESTS.c.digest, REQUESTS.c.answer).where(
        REQUESTS.c.tenant == tenant, REQUESTS.c.request_id == once.name(key)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    method, digest, answer = row
    if method != once.method or not hmac.compare_digest(bytes(digest), once.digest):
        raise RequestReusedError(once.request_id)
    return bytes(answer)


def remember(
    connection: Connection,
    tenant: str,
    key: bytes,
    once: Once,
    *,
    answer: bytes,
    people: Sequence[PersonId],
    now: datetime,
) -> None:
    """Keep the first answer to a request; people: whom it names, two at most."""
    person_id, contact_id, *_ = [*people, None, None]
    row = {
        "tenant": tenant,
        "request_id": once.name(key),
        "method": once.method,
        "digest": once.digest,
        "answer": answer,
        "person_id": person_id,
        "contact_id": contact_id,
        "asked_at": microseconds(now),
    }
    connection.execute(insert(REQUESTS), [row])
