"""Expressions that are built once, however often the same is asked of the same tables.

Where there is little data, building an expression takes longer than running it. And steps of one
that is built again get new names, so that an engine would translate it again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import ibis.expr.types as ir

P = ParamSpec("P")
Built = TypeVar("Built")


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that is the same as another if all it is given is."""

    given: Hashable
    positional: tuple[Any, ...] = field(compare=False)
    named: Mapping[str, Any] = field(compare=False)


def once(build: Callable[P, Built]) -> Callable[P, Built]:
    """`build`, which makes expressions of tables and plain values, and keeps what it made.

    What it returns is handed out again, so nobody may change it.
    """

    @lru_cache(maxsize=256)
    def built(call: _Call) -> Built:
        return build(*call.positional, **call.named)

    @wraps(build)
    def kept(*positional: P.args, **named: P.kwargs) -> Built:
        given = _given(positional), _given(named)
        return built(_Call(given, positional, named))

    return kept


def _given(value: object) -> Hashable:
    """What tells `value` from others; an expression is told by what it computes."""
    if isinstance(value, ir.Expr):
        told: Hashable = value.op()
        return told
    if isinstance(value, Mapping):
        return tuple((name, _given(each)) for name, each in value.items())
    if isinstance(value, list | tuple):
        return tuple(_given(each) for each in value)
    return value
