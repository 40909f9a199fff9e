"""Values of the domain as JSON and back: dataclasses, enums, times, and tuples of such."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_document(value: object) -> Any:
    """`value` as what JSON has; fields that are as by default are left out, infinity is a text.

    >>> from recommender.domain.config import Dials
    >>> to_document(Dials(diversity=0.5))
    {'diversity': 0.5}
    """
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: getattr(value, field.name) for field in fields(value)}
        usual = {field.name: field.default for field in fields(value)}
        return {name: to_document(each) for name, each in told.items() if each != usual[name]}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, tuple):
        return [to_document(item) for item in value]
    return value


def from_document(kind: type[T], document: Any) -> T:
    """The inverse of `to_document`, for a value of `kind`.

    Raises TypeError or ValueError where `document` is of no such value.

    >>> from recommender.domain.config import Dials
    >>> from_document(Dials, {"diversity": 0.5})
    Dials(like_mindedness=0.35, collaboration=0.4, diversity=0.5)
    """
    found: T = _read(kind, document)
    return found


def _read(kind: Any, document: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (one,) = (each for each in get_args(kind) if each is not NoneType)
        return None if document is None else _read(one, document)
    if origin is tuple:
        return _items(get_args(kind), document)
    if is_dataclass(kind):
        return _object(kind, document)
    return _scalar(getattr(kind, "__supertype__", kind), document)  # that of a NewType


def _scalar(kind: Any, document: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(document)
    if issubclass(kind, Enum) or (kind is float and isinstance(document, str)):
        return kind(document)
    if kind is float and type(document) is int:
        return float(document)
    if type(document) is not kind:
        raise TypeError(f"{document!r} is no {kind.__name__}")
    return document


def _items(kinds: tuple[Any, ...], document: Any) -> Any:
    """A tuple, of any number of one kind or of one of each."""
    if not isinstance(document, Sequence) or isinstance(document, str):
        raise TypeError(f"{document!r} is no list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(document)
    return tuple(_read(kind, item) for kind, item in zip(kinds, document, strict=True))


def _object(kind: Any, document: Any) -> Any:
    if not isinstance(document, Mapping):
        raise TypeError(f"{document!r} is no {kind.__name__}")
    kinds = _hints(kind)
    return kind(**{name: _read(kinds[name], item) for name, item in document.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
