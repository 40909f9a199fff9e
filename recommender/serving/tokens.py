"""Opaque tokens: where a page starts, and which answer a piece of feedback is about.

A token is url-safe base64 of a digest and compact JSON. The digest is keyed by a secret of the
tenant, so that nobody else makes tokens and none of another tenant's is taken; a server without a
learner store has no secret, and its tokens are only held against damage. No token holds a name;
what stands for one is keyed as well, so that nobody else can hold guesses against it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from recommender.domain.config import Dials
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.slate import Aim, Kind

_COMPACT = json.JSONEncoder(separators=(",", ":"), sort_keys=True)
_DIGEST_BYTES = 16
_LONGEST = 1024
LASTS_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToken:
    """Where the next page starts.

    model: the name of the model that the pages before came from.
    request: `fingerprint` of everything in the request but page size and token.
    offset: results on the pages before, > 0. lot: seed of places that are drawn, the same for all
    pages. hour: since 1970, when it was made; it is good for LASTS_HOURS.
    """

    model: str
    request: str
    offset: int
    lot: int = 0
    hour: int = field(default_factory=lambda: int(time.time() // 3600))

    def encode(self, key: bytes = b"") -> str:
        """The token's text."""
        # By hand: `asdict` copies deeply, which takes as long as all the rest.
        about = {
            "model": self.model,
            "request": self.request,
            "offset": self.offset,
            "lot": self.lot,
            "hour": self.hour,
        }
        return _encode("page", about, key)

    @classmethod
    def decode(cls, text: str, key: bytes = b"") -> PageToken:
        """Read a token; raises InvalidArgumentError naming `page_token` where it is none."""
        try:
            value = _decode("page", text, key)
            token = cls(**value)
        except (ValueError, KeyError, TypeError):
            raise _not_ours() from None
        numbers = (token.offset, token.lot, token.hour)
        if not all(type(each) is int and each >= 0 for each in numbers) or not token.offset:
            raise _not_ours()
        if time.time() // 3600 - token.hour > LASTS_HOURS:
            raise InvalidArgumentError(
                "page_token", f"is older than {LASTS_HOURS} hours; start again without a token"
            )
        return token


Goals = Sequence[tuple[str, Aim]]
"""Ids of topics, and what the goal in each is for."""


def attribution_token(
    model: str, person_id: str, kind: str, dials: Dials, goals: Goals = (), key: bytes = b""
) -> str:
    """Names an answer for feedback: model, person, list, dials and goals, without the person's id.

    It is made of these alone, so all pages of a list, and every repetition of it, have the same.
    """
    about: dict[str, Any] = {"model": model, "person": asker(person_id, key), "kind": str(kind)}
    about["dials"] = list(dials.shares())
    if goals:
        about["goals"] = fingerprint("goals", json.dumps(sorted(goals)).encode(), key)
    return _encode("answer", about, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What an attribution token says of its answer.

    person: `fingerprint` of the asker. kind: of the list; dials: shares that sum to 1.
    """

    model: str
    person: str
    kind: Kind
    dials: tuple[float, float, float]

    @classmethod
    def decode(cls, text: str, key: bytes = b"") -> Attribution:
        """Read a token; raises InvalidArgumentError where it names no list of ours."""
        try:
            value = _decode("answer", text, key)
            first, second, third = (float(share) for share in value["dials"])
            return cls(
                model=str(value["model"]),
                person=str(value["person"]),
                kind=Kind(value["kind"]),
                dials=(first, second, third),
            )
        except (ValueError, KeyError, TypeError):
            raise InvalidArgumentError(
                "attribution_token", "is of no list of this service; send that of the answer"
            ) from None

    def is_for(self, person_id: str, key: bytes = b"") -> bool:
        """Whether this person was the asker."""
        return hmac.compare_digest(self.person, asker(person_id, key))


def asker(person_id: str, key: bytes) -> str:
    """Who asked, as attribution tokens have it."""
    return fingerprint("person", person_id.encode(), key)


def fingerprint(purpose: str, content: bytes, key: bytes = b"") -> str:
    """A short digest of `content`, different for every `purpose` and every tenant's key.

    >>> fingerprint("a", b"x") == fingerprint("a", b"x") != fingerprint("b", b"x")
    True
    """
    person = purpose.encode()
    return hashlib.blake2b(content, digest_size=12, person=person, key=key).hexdigest()


def _encode(purpose: str, value: dict[str, Any], key: bytes) -> str:
    content = _COMPACT.encode(value).encode()
    return base64.urlsafe_b64encode(_digest(purpose, content, key) + content).decode().rstrip("=")


def _decode(purpose: str, text: str, key: bytes) -> Any:
    if len(text) > _LONGEST:
        raise ValueError(text[:80])
    padded = text + "=" * (-len(text) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
    digest, content = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
    # Comparing the canonical text as well refuses spellings that decode to the same bytes.
    known = hmac.compare_digest(digest, _digest(purpose, content, key))
    if not known or base64.urlsafe_b64encode(raw).decode() != padded:
        raise ValueError(text)
    return json.loads(content)


def _digest(purpose: str, content: bytes, key: bytes) -> bytes:
    person = purpose.encode()
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES, person=person, key=key).digest()


def _not_ours() -> InvalidArgumentError:
    return InvalidArgumentError(
        "page_token", "not made for this request; start again without a token"
    )
