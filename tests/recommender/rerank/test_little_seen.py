"""One place in ten for somebody relevant whom hardly any list shows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.rerank.little_seen import DEPTH, FEW, PLACE, SEATS, reserve, seat


def crowd(people: int, stars: int, others: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Everyone's list: the same stars first, then the others."""
    line = [*range(stars), *others]
    return np.arange(people + 1) * len(line), np.tile(line, people).astype(np.int32)


def test_somebody_on_no_list_is_reserved_and_the_stars_are_not():
    """Forty askers see nine stars each; person 20 stands tenth everywhere."""
    indptr, rows = crowd(40, PLACE, [20, 21])
    reserved = reserve(indptr.astype(np.int64), rows, np.ones(len(rows), bool))
    assert set(rows[reserved]) == {20, 21}


def test_nobody_is_reserved_for_more_askers_than_there_are_seats():
    """Both little-seen people fill their seats, lower askers first; the rest go without."""
    indptr, rows = crowd(40, PLACE, [20, 21])
    reserved = reserve(indptr.astype(np.int64), rows, np.ones(len(rows), bool))
    assert np.bincount(rows[reserved]).max() == SEATS
    askers = np.flatnonzero(reserved) // (PLACE + 2)
    assert askers.tolist() == list(range(2 * SEATS))


def test_somebody_who_may_not_be_reserved_is_not():
    """The unwilling are passed over for the next."""
    indptr, rows = crowd(40, PLACE, [20, 21])
    reserved = reserve(indptr.astype(np.int64), rows, rows != 20)
    assert set(rows[reserved]) == {21}


def test_short_lists_have_no_seat():
    """With nine candidates nobody is left to seat."""
    indptr, rows = crowd(40, PLACE, [])
    assert not reserve(indptr.astype(np.int64), rows, np.ones(len(rows), bool)).any()


def test_the_reserved_slot_moves_to_the_tenth_place():
    """Everyone between the seat and her old place moves down by one."""
    reserved = np.zeros((1, 14), bool)
    reserved[0, 12] = True
    assert seat(reserved)[0].tolist() == [*range(PLACE), 12, 9, 10, 11, 13]


@given(
    st.integers(0, 130).flatmap(
        lambda width: st.tuples(st.just(width), st.none() | st.integers(0, max(width - 1, 0)))
    )
)
def test_seating_loses_nobody_and_leaves_the_first_nine(case):
    """A permutation, whose head changes only from the tenth place on."""
    width, at = case
    reserved = np.zeros((1, width), bool)
    if at is not None and width:
        reserved[0, at] = True
    order = seat(reserved)[0]
    assert sorted(order.tolist()) == list(range(width))
    assert order[:PLACE].tolist() == list(range(min(PLACE, width)))
    if at is not None and PLACE <= at < min(width, DEPTH):
        assert order[PLACE] == at


def test_who_is_little_seen_is_measured_against_the_average():
    """The average is 4.5 here, so a single first place is already too much."""
    indptr, rows = crowd(40, PLACE, [20, 21])
    rows[0] = 20
    reserved = reserve(indptr.astype(np.int64), rows, np.ones(len(rows), bool))
    assert 1 / np.log2(2) > FEW * (1 / np.log2(np.arange(2, 2 + PLACE))).sum()
    assert set(rows[reserved]) == {21}
