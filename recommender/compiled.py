"""Loops that are compiled: how, and of which kinds of arrays.

What answers calls has its signatures given, so that nothing is compiled meanwhile; arrays that are
mapped from disk cannot be written to, so no argument that is only read may ask for that. The rest
is compiled when it is first called. What is compiled is kept beside the source, in a cache of the
user's, or where NUMBA_CACHE_DIR says; where nothing can be kept it is compiled at every start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from types import FunctionType
from typing import Any, TypeVar

import numpy as np
from numba import njit, types

__all__ = [
    "BOOL", "F4", "F8", "I1", "I4", "I8", "U1", "U2",
    "compiled", "fingerprint", "lazily", "named", "read", "within", "written",
]  # fmt: skip

Loop = TypeVar("Loop", bound=Callable[..., Any])

I4, I8 = types.int32, types.int64
F4, F8 = types.float32, types.float64
I1, U1, U2 = types.int8, types.uint8, types.uint16
BOOL = types.boolean


def read(dtype: Any, dimensions: int = 1) -> types.Array:
    """An array that is only read."""
    return types.Array(dtype, dimensions, "C", readonly=True)


def written(dtype: Any, dimensions: int = 1) -> types.Array:
    """An array that is written to."""
    return types.Array(dtype, dimensions, "C")


def named(record: type[Any], *fields: Any) -> Any:
    """The type of a NamedTuple with fields of these types."""
    if len(set(fields)) == 1:  # which numba takes for something else
        return types.NamedUniTuple(fields[0], len(fields), record)  # type: ignore[no-untyped-call]
    return types.NamedTuple(fields, record)  # type: ignore[no-untyped-call]


def within(loop: Loop) -> Loop:
    """Part of compiled functions, which it becomes part of."""
    return njit(loop, inline="always")  # type: ignore[no-any-return]


def compiled(*signature: Any) -> Callable[[Loop], Loop]:
    """Compile a function of these arguments, ahead; it returns nothing and lets go of the GIL."""

    def build(loop: Loop) -> Loop:
        found = _kept(njit(loop, nogil=True), loop)
        found.compile(types.void(*signature))
        found.disable_compile()
        return found  # type: ignore[no-any-return]

    return build


def lazily(loop: Loop) -> Loop:
    """Compile a function for the arguments that it is called with, when they first come.

    It lets go of the GIL, so that blocks of people are worked on `side_by_side`; no loop has
    threads of its own. What it calls must stand above it: later changes of that would else not
    be seen.
    """
    return _kept(njit(loop, nogil=True), loop)  # type: ignore[no-any-return]


def _kept(found: Any, loop: Any) -> Any:
    """What is compiled is kept, and compiled anew once anything has changed that it is made of."""
    with suppress(RuntimeError):  # nowhere to keep it
        found.enable_caching()
        # By itself numba looks only at the file that the function is in.
        found._cache._cache_file._source_stamp = fingerprint(loop)
    return found


def fingerprint(loop: Any) -> str:
    """A digest of the code of a function, and of all that it takes from around it."""
    digest = hashlib.blake2b(digest_size=16)
    _take(digest.update, loop, set())
    return digest.hexdigest()


def _take(put: Callable[[bytes], None], value: Any, seen: set[Any]) -> None:
    value = getattr(value, "py_func", value)
    if isinstance(value, np.ndarray):
        put(value.dtype.str.encode() + value.tobytes())
    elif not isinstance(value, FunctionType):
        put(repr(value).encode() if isinstance(value, _PLAIN) else b"")
    elif value not in seen:
        seen.add(value)
        code = value.__code__
        put(code.co_code + repr((code.co_consts, code.co_names, code.co_varnames)).encode())
        for name in code.co_names:
            _take(put, value.__globals__.get(name), seen)


_PLAIN = (bool, int, float, str, tuple, np.generic)
