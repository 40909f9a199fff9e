"""How a person who was erased is told from others without keeping who she was."""

from __future__ import annotations

import hashlib

from recommender.domain.ids import PersonId


def mark_key(tenant_key: bytes) -> bytes:
    """The key of a tenant's marks, 32 bytes: made of the tenant's own key, which it does not tell.

    >>> mark_key(b"k") == mark_key(b"k") != mark_key(b"l")
    True
    """
    return hashlib.blake2b(b"erasure marks", key=tenant_key, digest_size=32).digest()


def erasure_mark(key: bytes, person_id: PersonId) -> str:
    """The mark of a person, 32 hex digits; who has only the mark cannot say whose it is.

    key: of `mark_key`.

    >>> len(erasure_mark(b"k", PersonId("ada")))
    32
    """
    name = person_id.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(name, key=key, digest_size=16).hexdigest()
