"""What came after a cutoff: who addressed whom in a time, by rows of the snapshot."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import numpy as np
import pytest

from evaluation.history import History
from recommender.domain.errors import InputDataError
from tests.evaluation.looking_back import knowing, look_back, told
from tests.world_builder import AS_OF, World

START = datetime(2024, 1, 1)
TICK = timedelta(microseconds=1)


def pairs(later, people):
    """Ids of who addressed whom."""
    names = sorted(people, key=str.encode)
    found = zip(later.persons.tolist(), later.contacts.tolist(), strict=True)
    return [(names[a], names[b]) for a, b in found]


def test_the_span_is_from_the_first_to_the_last_interaction(tmp_path):
    """To the microsecond, without a zone."""
    said = [("a", "b", START + n * TICK) for n in range(9)]
    assert told(tmp_path, said).span() == (START, START + 8 * TICK)


def test_a_history_without_interactions_has_no_span(tmp_path):
    """One line says why."""
    with pytest.raises(InputDataError, match="no interactions"):
        told(tmp_path, []).span()


def test_what_happens_at_the_cutoff_counts_and_what_happens_at_the_end_does_not(tmp_path):
    """The time is half open, to the microsecond."""
    end = START + timedelta(days=1.5)
    said = [("a", "b", START - TICK), ("b", "a", START), ("a", "c", end - TICK), ("c", "a", end)]
    later = told(tmp_path, said).after(knowing("a", "b", "c"), START, days=1.5)
    assert pairs(later, "abc") == [("b", "a"), ("a", "c")]


def test_rows_have_their_types(tmp_path):
    """Also where nothing is left."""
    for said in ([("a", "b", START)], []):
        later = told(tmp_path, said).after(knowing("a", "b"), START, days=1)
        assert [column.dtype for column in (later.persons, later.contacts)] == [np.int32] * 2
        assert len(later.persons) == len(later.contacts) == len(said)


def test_people_whom_the_snapshot_does_not_know_are_left_out(tmp_path):
    """On either side; their neighbours by name are not taken for them."""
    said = [("b", "new", START), ("new", "b", START), ("ba", "b", START), ("b", "c", START)]
    later = told(tmp_path, said).after(knowing("a", "b", "c"), START, days=1)
    assert pairs(later, "abc") == [("b", "c")]


def test_who_addresses_herself_is_left_out(tmp_path):
    """Though ingestion keeps no such row."""
    later = told(tmp_path, [("a", "a", START), ("a", "b", START)])
    assert pairs(later.after(knowing("a", "b"), START, days=1), "ab") == [("a", "b")]


def test_every_time_is_counted(tmp_path):
    """Who addresses somebody twice does so twice, in order."""
    said = [(*pair, START + timedelta(hours=n)) for pair, n in (("ab", 2), ("ab", 0), ("ba", 1))]
    later = told(tmp_path, said).after(knowing("a", "b"), START, days=1)
    assert pairs(later, "ab") == [("a", "b"), ("b", "a"), ("a", "b")]


@pytest.mark.parametrize("rows_at_once", [1, 7, 1000])
def test_what_is_found_is_what_a_plain_search_finds(tmp_path, rows_at_once):
    """Any number of row groups, ids of any length and script, half of the people unknown."""
    dice = random.Random(rows_at_once)
    everyone = [f"p{n}" for n in range(20)] + ["Ωμέγα", "zoë", "zoe\u0308", "🦉", "日本 太郎", "p"]
    people = dice.sample(everyone, 13)
    said = [
        (*dice.sample(everyone, 2), START + timedelta(hours=dice.randrange(900)))
        for _ in range(300)
    ]
    since, until = START + timedelta(days=10), START + timedelta(days=22)
    expected = [(a, b) for a, b, at in said if since <= at < until and {a, b} <= set(people)]
    later = told(tmp_path, said, rows_at_once).after(knowing(*people), since, days=12)
    assert sorted(pairs(later, people)) == sorted(expected)


def test_a_century_is_no_longer_than_the_data(tmp_path):
    """The longest time that can be asked for, at the end of time."""
    late = datetime(9999, 12, 31)
    later = told(tmp_path, [("a", "b", late)]).after(knowing("a", "b"), late, days=36_500)
    assert pairs(later, "ab") == [("a", "b")]


def test_rows_are_those_of_the_snapshot_that_was_taken_at_the_cutoff(tmp_path):
    """From a host's tables all the way: the newcomer of after the cutoff is nobody."""
    world = World().talk("ann", "ben", 5).works("cyd", "maps", 3)
    world.says("cyd", "ann", -2).says("cyd", "newcomer", -2).says("ann", "cyd", -40)
    known, history = look_back(world, tmp_path)
    assert isinstance(history, History)
    later = history.after(known, AS_OF, days=30)
    ids = known.snapshot.person_ids
    assert [(ids[a], ids[b]) for a, b in zip(later.persons, later.contacts, strict=True)] == [
        ("cyd", "ann")
    ]


def test_ids_of_who_spoke_are_those_within_the_days(tmp_path):
    """From the very time on, up to but not at its end."""
    hours = (-1, 0, 30, 48)
    said = [("ada", f"b{h}", START + timedelta(hours=h)) for h in hours]
    persons, contacts, days = told(tmp_path, said).said(START, days=2)
    assert persons.tolist() == ["ada", "ada"]
    assert contacts.tolist() == ["b0", "b30"]
    assert days.tolist() == [0, 1.25]
