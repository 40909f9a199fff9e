"""Packed candidates: the same as unpacked ones, for any askers in any order."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.pool import Pool
from recommender.model import unknown_pool
from recommender.packed import WIDTH, PackedPool, pack_all, rounded, whole

NAMES = [field.name for field in fields(Pool) if field.name != "indptr"]


def random_pool(counts, seed=0):
    """Any candidates at all, of each asker as many as `counts` says."""
    draw, size = np.random.default_rng(seed), sum(counts)
    columns = {}
    for name in NAMES:
        like = getattr(unknown_pool(size), name)
        content = draw.integers(0, 256, like.nbytes, np.uint8)
        columns[name] = content.view(like.dtype).reshape(like.shape) if size else like
    columns["relevance"] = rounded(draw.normal(size=size))
    columns["reserved"] = draw.random(size) < 0.1
    return Pool(indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), **columns)


def same(one, other):
    return all(
        getattr(one, name).dtype == getattr(other, name).dtype
        and np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("indptr", *NAMES)
    )


@pytest.mark.parametrize("counts", [[], [0], [3], [0, 5, 0, 200, 1], [1] * 300])
def test_what_is_packed_comes_back(tmp_path, counts):
    """Byte for byte, relevance as it was rounded; also of nobody, and of askers with nobody."""
    pool = random_pool(counts)
    packed = pack_all(pool, tmp_path / "packed.npy")
    assert len(packed) == sum(counts)
    assert same(packed.unpacked(), pool)
    assert whole(pool) is pool
    assert same(whole(packed), pool)
    assert np.load(tmp_path / "packed.npy").nbytes == packed.starts[-1]


@given(st.lists(st.integers(0, 6), max_size=12))
def test_askers_come_in_the_order_they_are_named(packed, askers):
    """However often, and people whom the pool does not know have nobody."""
    pool, stored = packed
    found = stored.of(np.array(askers, np.int32))
    for line, asker in enumerate(askers):
        mine = slice(found.indptr[line], found.indptr[line + 1])
        first, last = np.minimum([asker, asker + 1], len(pool.indptr) - 1)
        theirs = slice(pool.indptr[first], pool.indptr[last])
        for name in NAMES:
            assert np.array_equal(getattr(found, name)[mine], getattr(pool, name)[theirs])


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    pool = random_pool([4, 0, 7, 1])
    return pool, pack_all(pool, tmp_path_factory.mktemp("packed") / "packed.npy")


def test_the_number_of_threads_changes_nothing(tmp_path):
    """Blocks are put in their order."""
    pool = random_pool([5] * 1000)
    one, two = (pack_all(pool, tmp_path / str(n), threads=n) for n in (1, 2))
    assert np.array_equal(one.packed, two.packed)


@pytest.mark.parametrize("spoil", ["cut", "long", "short", "none"])
def test_what_is_damaged_is_said_to_be(packed, spoil):
    """Rather than read past an end."""
    _, stored = packed
    starts, indptr, content = stored.starts.copy(), stored.indptr.copy(), stored.packed.copy()
    if spoil == "cut":
        starts[1] -= 3
    elif spoil == "none":
        content[:] = 0
    else:
        indptr[1:] += 1 if spoil == "long" else -1
    with pytest.raises(ValueError, match="candidates"):
        PackedPool(content, starts, indptr).of(np.array([0]))


def test_the_width_is_that_of_all_columns():
    """None is left out."""
    sizes = [getattr(unknown_pool(1), name).nbytes for name in NAMES]
    assert sum(sizes) - 2 == WIDTH  # relevance is kept in two bytes
