"""How a person who was erased is told from others without keeping who she was.

An export of the learner store is a folder whose manifest has the kind `EXPORT_KIND`; beside native
tables it holds the marks of the erased in a file named `MARKS_FILE`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from recommender.domain.errors import InputDataError
from recommender.domain.ids import PersonId

EXPORT_KIND, EXPORT_FORMAT = "learners", 1

MARKS_FILE = "erased.txt"

_MARK_BYTES = 16


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
    return hashlib.blake2b(name, key=key, digest_size=_MARK_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class Erased:
    """Who was erased: the marks, and the key that is needed to recognise them.

    >>> key = mark_key(b"k")
    >>> erased = Erased.read(Erased(key, frozenset({erasure_mark(key, PersonId("ada"))})).text())
    >>> PersonId("ada") in erased, PersonId("bea") in erased
    (True, False)
    """

    key: bytes
    marks: frozenset[str]

    def __contains__(self, person_id: PersonId) -> bool:
        return erasure_mark(self.key, person_id) in self.marks

    def of(self, person_ids: Iterable[PersonId]) -> list[PersonId]:
        """Those of these people who were erased."""
        return [person_id for person_id in person_ids if person_id in self]

    def text(self) -> str:
        """The content of a file of marks: the key, then a mark a line."""
        return "\n".join([self.key.hex(), *sorted(self.marks), ""])

    @classmethod
    def read(cls, text: str) -> Erased:
        """The inverse of `text`. Raises InputDataError for what is none."""
        try:
            key, *marks = (bytes.fromhex(line) for line in text.split())
        except ValueError:
            raise InputDataError(f"{MARKS_FILE} is broken; export the learner store anew") from None
        return cls(key, frozenset(mark.hex() for mark in marks))
