"""What is compiled is compiled anew once anything has changed that it was made of."""

from __future__ import annotations

from types import FunctionType

import numpy as np
from numba import njit

from recommender.compiled import fingerprint

STEP = 1
TABLE = np.arange(3)


def helper(value):
    return value + STEP


COMPILED = njit(helper)


def loop(out):
    out[0] = COMPILED(out[0]) + TABLE[1]


def changed(function, **names):
    """The same function where these names stand for something else."""
    around = {**function.__globals__, **names}
    return FunctionType(function.__code__, around)


def test_a_fingerprint_is_of_code_constants_and_all_that_is_called():
    """Not of the file's age, nor of what a function does not use."""
    known = fingerprint(loop)
    assert fingerprint(changed(loop, unused=1)) == known
    others = [
        changed(loop, TABLE=np.arange(4)),
        changed(loop, COMPILED=njit(changed(helper, STEP=2))),
        changed(loop, COMPILED=njit(lambda value: value)),
        helper,
    ]
    found = {known, *map(fingerprint, others)}
    assert len(found) == len(others) + 1
