"""Places for somebody relevant whom hardly any list shows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.rerank.little_seen import AROUND, DEPTH, LOSS, PLACES, reserve, seat

FIRST = PLACES - len(LOSS)


def contacts(people: int) -> np.ndarray:
    """Everyone has ten."""
    return np.full(people, 10)


def crowd(people: int, others: list[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Everyone's list: the same ten stars first, then the others; all are surely around."""
    line = [*range(PLACES), *others]
    indptr = np.arange(people + 1, dtype=np.int64) * len(line)
    return indptr, np.tile(line, people).astype(np.int32), np.full(people, 0.95, np.float32)


def moved(reserved: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """Places in the order that `seat` gives them; place p shows slots[p]."""
    entries = np.empty(reserved.shape, np.int64)
    np.put_along_axis(entries, slots, np.arange(reserved.size).reshape(reserved.shape), axis=1)
    order = seat(slots, entries, reserved.ravel())
    return (
        np.take_along_axis(entries, order, axis=1)
        - np.arange(len(order))[:, None] * (order.shape[1])
    )


def seated(reserved: np.ndarray) -> np.ndarray:
    """`seat` where slots are shown in the order of their scores."""
    return moved(reserved, np.tile(np.arange(reserved.shape[1]), (len(reserved), 1)))


def test_somebody_on_no_list_has_a_seat_and_the_stars_have_none():
    """Forty askers see the same ten stars; two others stand right behind."""
    indptr, rows, around = crowd(40, [20, 21])
    reserved = reserve(indptr, rows, around, contacts(len(around)))
    assert {20, 21} <= set(rows[reserved])
    assert not set(rows[reserved]) & set(range(FIRST))


def test_seats_go_to_many():
    """Thirty on no list all get a seat on some; most askers have one, nobody more than all."""
    indptr, rows, around = crowd(60, list(range(20, 50)))
    reserved = reserve(indptr, rows, around, contacts(len(around)))
    assert set(range(20, 50)) <= set(rows[reserved])
    seats = np.add.reduceat(reserved, indptr[:-1])
    assert (seats >= 1).mean() > 0.6
    assert seats.max() <= len(LOSS)


def test_more_people_are_seen_than_in_lists_without_seats():
    """In random worlds where low rows are liked more."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        liked = np.arange(1, 201) ** -1.8
        lines = [rng.choice(200, 60, replace=False, p=liked / liked.sum()) for _ in range(200)]
        around = np.full(200, 0.9, np.float32)
        rows = np.concatenate(lines).astype(np.int32)
        reserved = reserve(np.arange(201) * 60, rows, around, contacts(200))
        order = seated(reserved.reshape(200, 60))[:, :PLACES]
        after = np.take_along_axis(np.array(lines), order, axis=1)
        before = np.array(lines)[:, :PLACES]
        assert len(np.unique(after)) > 1.2 * len(np.unique(before))


def test_whoever_is_no_longer_around_has_no_seat():
    """They are passed over for the next."""
    indptr, rows, around = crowd(40, [20, 21])
    around[20] = AROUND / 2
    assert 20 not in rows[reserve(indptr, rows, around, contacts(len(around)))]
    assert 21 in rows[reserve(indptr, rows, around, contacts(len(around)))]


def test_who_looks_at_no_list_uses_no_seat_up():
    """One person for forty askers, of whom five are around now and then: all five have her."""
    indptr, rows, around = crowd(40, [20])
    around[:37], around[20] = 0, 0.95
    around[[3, 30, 37, 38, 39]] = 0.1
    askers = np.flatnonzero(
        reserve(indptr, rows, around, contacts(len(around))) & (rows == 20)
    ) // (PLACES + 1)
    assert {3, 30, 37, 38, 39} <= set(askers.tolist())


def test_askers_with_many_contacts_have_more_seats():
    """Half of them have five hundred: what stands far down costs them little."""
    indptr, rows, around = crowd(60, list(range(20, 60)))
    many = np.where(np.arange(60) % 2, 500, 0)
    seats = np.add.reduceat(reserve(indptr, rows, around, many), indptr[:-1])
    assert seats[1::2].sum() > seats[::2].sum()


def test_short_lists_have_no_seat():
    """Whoever stands in the first places anyway needs none."""
    people = np.arange(40, dtype=np.int64)
    indptr = np.append(people, 40) * FIRST
    rows = np.tile(np.arange(FIRST, dtype=np.int32), 40)
    assert not reserve(indptr, rows, np.ones(40, np.float32), contacts(40)).any()


def test_the_order_of_askers_and_an_empty_network_do_no_harm():
    """The same again, and nothing for nobody."""
    lists = (*crowd(30, [20, 21, 22]), contacts(30))
    assert (reserve(*lists) == reserve(*lists)).all()
    nothing = reserve(
        np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32), contacts(0)
    )
    assert nothing.shape == (0,)


def test_one_reserved_slot_moves_to_the_tenth_place():
    """Everyone between the seat and her old place moves down by one."""
    reserved = np.zeros((1, 14), bool)
    reserved[0, 12] = True
    assert seated(reserved)[0].tolist() == [*range(9), 12, 9, 10, 11, 13]


def test_three_reserved_slots_take_the_last_three_of_ten():
    """By score, in which they stood the other way round."""
    reserved = np.zeros((1, 16), bool)
    reserved[0, [8, 11, 13]] = True
    slots = np.arange(16)[None, ::-1]
    assert moved(reserved, slots)[0].tolist() == [*range(7), 13, 11, 8, 7, 9, 10, 12, 14, 15]


@given(st.integers(0, 130), st.integers(0, 10_000), st.sampled_from([0.02, 0.2, 0.9]))
def test_seating_loses_nobody_and_leaves_the_first_places(width, seed, share):
    """A permutation; whoever is reserved and was not first stands among the first ten."""
    reserved = np.random.default_rng(seed).random((3, width)) < share
    order = seated(reserved)
    for line in range(3):
        slots = order[line].tolist()
        assert sorted(slots) == list(range(width))
        assert slots[:FIRST] == list(range(min(FIRST, width)))
        behind = [slot for slot in np.flatnonzero(reserved[line]) if FIRST <= slot < DEPTH]
        assert set(behind[: len(LOSS)]) <= set(slots[:PLACES])


@given(st.integers(0, 10_000), st.integers(1, 110))
def test_a_line_alone_is_seated_as_in_a_block(seed, width):
    """An online answer and an exported row agree."""
    reserved = np.random.default_rng(seed).random((4, width)) < 0.05
    together = seated(reserved)
    for line in range(4):
        assert (seated(reserved[line : line + 1])[0] == together[line]).all()
