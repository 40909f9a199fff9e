"""Blocks of people on several threads."""

from __future__ import annotations

import time

import numpy as np
import pytest

from recommender.side_by_side import BLOCK, in_blocks

PEOPLE = np.arange(5 * BLOCK + 3)


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_what_comes_of_blocks_comes_in_their_order(threads):
    """However long each takes."""

    def work(askers):
        time.sleep(0.02 if askers[0] % (2 * BLOCK) else 0)
        return askers

    made = list(in_blocks(PEOPLE, work, threads))
    assert [len(block) for block in made] == [BLOCK] * 5 + [3]
    assert np.concatenate(made).tolist() == PEOPLE.tolist()
    assert {block.dtype for block in made} == {np.dtype(np.int32)}


def test_nobody_is_one_empty_block():
    """So that there is something to put together."""
    assert [len(block) for block in in_blocks(PEOPLE[:0], lambda askers: askers, 2)] == [0]


def test_it_tells_how_far_it_is():
    """From nothing to all."""
    said = []
    list(in_blocks(PEOPLE, len, 2, lambda *told: said.append(told), "finding"))
    assert said == [("finding", share / 6) for share in range(7)]


@pytest.mark.parametrize("first", [0, BLOCK])
def test_what_fails_fails_where_it_is_waited_for(first):
    """In the first block, which is done alone, or on a thread."""

    def work(askers):
        if askers[0] == first:
            raise ValueError("no")
        return askers

    with pytest.raises(ValueError, match="no"):
        list(in_blocks(PEOPLE, work, 2))
