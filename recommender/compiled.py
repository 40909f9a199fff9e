"""Loops that are compiled: how, and of which kinds of arrays.

Signatures are given, so that nothing is compiled while calls are answered; arrays that are mapped
from disk cannot be written to, so no argument that is only read may ask for that. What is compiled
is kept beside the source, or where NUMBA_CACHE_DIR says; where nothing can be kept it is compiled
at every start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit, types

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


def within(loop: Loop) -> Loop:
    """Part of compiled functions, which it becomes part of."""
    return njit(loop, inline="always")  # type: ignore[no-any-return]


def compiled(*signature: Any) -> Callable[[Loop], Loop]:
    """Compile a function of these arguments, ahead; it returns nothing and lets go of the GIL."""

    def build(loop: Loop) -> Loop:
        asked = types.void(*signature)
        try:
            return njit(asked, cache=True, nogil=True)(loop)  # type: ignore[no-any-return]
        except RuntimeError:  # nowhere to keep it
            return njit(asked, nogil=True)(loop)  # type: ignore[no-any-return]

    return build
