"""Who may be on a list at all, as a request says it, and how those shown lately make room."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.slate import Context
from recommender.expressions import Expression, compile_filter
from recommender.serving import fields
from recommender.v1 import steering_pb2

MOST_EXCLUDED = 1000
LONGEST_FILTER = 1000
"""Bytes of a filter."""
ROTATION_WINDOW = timedelta(days=7)
LONGEST_WINDOW = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who may be on a list. Ids are the caller's; None and empty parts leave everybody."""

    excluded: tuple[str, ...] = ()
    expression: Expression | None = None
    context: Context | None = None
    minimum_score: float = -math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """rate: share of its score that a name just shown loses; it recovers evenly over `window`."""

    rate: float
    window: timedelta


def read(scope: steering_pb2.Scope) -> Scope:
    """Read the scope of a request; raises InvalidArgumentError naming the field."""
    text = fields.text(scope.filter, "scope.filter", LONGEST_FILTER)
    return Scope(
        excluded=_excluded(scope.exclude_person_ids),
        expression=compile_filter(text) if text.strip() else None,
        context=_context(scope.context) if scope.HasField("context") else None,
        minimum_score=_minimum(scope) if scope.HasField("minimum_score") else -math.inf,
    )


def read_rotation(rotation: steering_pb2.Rotation) -> Rotation | None:
    """Read how people shown lately make room; None where they do not."""
    if not 0 <= rotation.rate <= 1:
        raise InvalidArgumentError("rotation.rate", f"{rotation.rate:g} is not between 0 and 1")
    window = ROTATION_WINDOW
    if rotation.HasField("window"):
        window = duration(rotation.window, "rotation.window")
        if not timedelta(0) < window <= LONGEST_WINDOW:
            raise InvalidArgumentError("rotation.window", "is not above 0 and at most 365 days")
    return Rotation(rate=rotation.rate, window=window) if rotation.rate else None


def duration(value: Duration, field: str) -> timedelta:
    """A length of time. Raises InvalidArgumentError where it is none that there can be."""
    try:
        return value.ToTimedelta()
    except (ValueError, OverflowError):
        raise InvalidArgumentError(field, "is no length of time") from None


def _excluded(ids: Iterable[str]) -> tuple[str, ...]:
    found = tuple(ids)
    fields.at_most(len(found), MOST_EXCLUDED, "scope.exclude_person_ids")
    return tuple(
        fields.looked_up(one, f"scope.exclude_person_ids[{i}]") for i, one in enumerate(found)
    )


def _context(context: steering_pb2.Context) -> Context:
    event, course, organisation = (
        fields.text(getattr(context, name), f"scope.context.{name}", fields.LONGEST_ID)
        for name in ("event_object_id", "course_object_id", "organisation")
    )
    return Context(objects=tuple(one for one in (event, course) if one), organisation=organisation)


def _minimum(scope: steering_pb2.Scope) -> float:
    if not math.isfinite(scope.minimum_score):
        raise InvalidArgumentError("scope.minimum_score", f"{scope.minimum_score} is not finite")
    return scope.minimum_score
