"""What is compiled is compiled anew once anything has changed that it was made of."""

from __future__ import annotations

from types import FunctionType

import numpy as np
import pytest
from numba import njit

from recommender.compiled import I8, compiled, fingerprint, lazily, written

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


def nowhere(function):
    """The same function out of a file that is not there, for which nothing can be kept."""
    code = function.__code__.replace(co_filename="/nowhere/loops.py")
    return FunctionType(code, function.__globals__)


@pytest.mark.parametrize("build", [lazily, compiled(written(I8))], ids=["lazily", "ahead"])
def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(build):
    """As for a user who can write neither to the program nor to a home of her own."""
    out = np.zeros(1, np.int64)
    build(nowhere(loop))(out)
    assert out.tolist() == [2]


def test_what_is_compiled_lazily_is_kept_by_its_fingerprint():
    """Which is of all that it is made of, wherever that stands."""
    kept = lazily(loop)._cache._cache_file
    assert kept._source_stamp == fingerprint(loop)
