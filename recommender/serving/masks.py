"""Changes to a learner by a field mask: which parts of a message take the place of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from google.protobuf.message import Message

from recommender.domain.errors import InvalidArgumentError

FIXED = frozenset({"person_id", "update_time", "etag"})
"""Fields of a learner that no change can change; naming them does nothing."""

WHOLE = frozenset({"dials"})
"""Messages within that are one value; without a mask they are changed whole or not at all."""

ALL = "*"


def changed_paths(change: Message, paths: Sequence[str], field: str) -> list[str]:
    """The paths that a change is about: as the mask says, or without one, those that are set.

    field: the mask's own name, for errors. Raises InvalidArgumentError naming a path that is none.
    """
    if not paths:
        return list(_set(change))
    if ALL in paths:
        if len(paths) > 1:
            raise InvalidArgumentError(field, f"{ALL} means all fields; leave the others out")
        return [each.name for each in change.DESCRIPTOR.fields if each.name not in FIXED]
    for place, path in enumerate(paths):
        if not _exists(change.DESCRIPTOR, path.split(".")):
            raise InvalidArgumentError(f"{field}[{place}]", "is no field of a learner")
    return [path for path in paths if path not in FIXED]


def merge(change: Message, paths: Iterable[str], target: Message) -> None:
    """Give `target` what `change` has at each path; what it has not is cleared there."""
    for path in paths:
        _merge(change, path.split("."), target)


def _set(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name in FIXED:
            continue
        if field.message_type is None or field.is_repeated or field.name in WHOLE:
            yield field.name
        else:
            inner = [each.name for each, _ in value.ListFields()]
            yield from (f"{field.name}.{name}" for name in inner)


def _exists(message: Any, steps: list[str]) -> bool:
    field = message.fields_by_name.get(steps[0])
    if field is None or len(steps) == 1:
        return field is not None
    inner = field.message_type
    return inner is not None and not field.is_repeated and _exists(inner, steps[1:])


def _merge(change: Message, steps: list[str], target: Message) -> None:
    name, *rest = steps
    field = change.DESCRIPTOR.fields_by_name[name]
    if rest:
        _merge(getattr(change, name), rest, getattr(target, name))
        return
    target.ClearField(name)
    if field.is_repeated:
        getattr(target, name).extend(getattr(change, name))
    elif not _has(change, field):
        return
    elif field.message_type is not None:
        getattr(target, name).CopyFrom(getattr(change, name))
    else:
        setattr(target, name, getattr(change, name))


def _has(message: Message, field: Any) -> bool:
    return not field.has_presence or message.HasField(field.name)
