"""Reads fields of requests that write: each check says which field is wrong, and how."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ids import PersonId
from recommender.domain.times import from_microseconds

LONGEST_ID = 256
"""Bytes of an id."""
LONGEST_REQUEST_ID = 64
"""Bytes of a request's name."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours a caller's clock may be."""
HIGHEST_LEVEL = 4.0

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
"""Seconds of the years 1 to 9999."""

Value = TypeVar("Value")


def utc_now() -> datetime:
    """Now, without a zone, as the domain has times."""
    return datetime.now(UTC).replace(tzinfo=None)


def person(value: str, field: str) -> PersonId:
    """A person's id."""
    return PersonId(identifier(value, field))


def identifier(value: str, field: str) -> str:
    """An id that must be there."""
    return required(value, field, LONGEST_ID)


def looked_up(value: str, field: str) -> str:
    """An id that is only looked up: whatever it holds, at worst it is unknown."""
    size = len(value.encode())
    if size == 0:
        raise InvalidArgumentError(field, "is required")
    if size > LONGEST_ID:
        raise InvalidArgumentError(field, f"has {size} bytes, at most {LONGEST_ID} are allowed")
    return value


def required(value: str, field: str, longest: int) -> str:
    """A text of 1 to `longest` bytes."""
    if not value:
        raise InvalidArgumentError(field, "is required")
    return text(value, field, longest)


def text(value: str, field: str, longest: int) -> str:
    """A text of up to `longest` bytes of UTF-8 without control characters."""
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise InvalidArgumentError(field, "is not UTF-8") from None
    if size > longest:
        raise InvalidArgumentError(field, f"has {size} bytes, at most {longest} are allowed")
    if found := _CONTROL.search(value):
        raise InvalidArgumentError(field, f"holds the control character {found[0]!r}")
    return value


def level(value: float, field: str) -> float:
    """How experienced, or how well: 0 to 4."""
    if not 0 <= value <= HIGHEST_LEVEL:
        raise InvalidArgumentError(field, f"{value:g} is not between 0 and {HIGHEST_LEVEL:g}")
    return value


def weight(value: float, field: str) -> float:
    """How much an event counts."""
    if not (math.isfinite(value) and value > 0):
        raise InvalidArgumentError(field, f"{value:g} is not a finite number above 0")
    return value


def time(value: Timestamp, field: str) -> datetime:
    """A time of the years 1 to 9999, rounded down to the microsecond, without a zone."""
    if not (_FIRST <= value.seconds <= _LAST and 0 <= value.nanos < 1_000_000_000):
        raise InvalidArgumentError(field, "is no time of the years 1 to 9999")
    count = value.seconds * 1_000_000 + value.nanos // 1000
    return from_microseconds(count).replace(tzinfo=None)


def past(value: Timestamp, field: str, now: datetime) -> datetime:
    """A time that is not later than now, clocks that differ aside."""
    found = time(value, field)
    if found > now + CLOCK_SKEW:
        raise InvalidArgumentError(field, "is in the future")
    return found


def choice(value: int, known: Mapping[Any, Value], field: str, names: str) -> Value:
    """A value of an enum; names: what all of its names begin with."""
    if value not in known:
        words = ", ".join(
            f"{names}{str(each).upper().replace('-', '_')}" for each in known.values()
        )
        raise InvalidArgumentError(field, f"{value} is not one of {words}")
    return known[value]


def at_most(count: int, most: int, field: str) -> None:
    """Refuse a list that is too long."""
    if count > most:
        raise InvalidArgumentError(field, f"{count} entries, at most {most} are allowed")


def once(value: Value, seen: set[Value], field: str, what: str) -> None:
    """Refuse what came before in the same list, and note what did not."""
    if value in seen:
        raise InvalidArgumentError(field, f"{what} is there twice")
    seen.add(value)
