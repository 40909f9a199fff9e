"""Ties: how strong, how old, how real."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.answer import Layer
from recommender.domain.times import DAY_MICROSECONDS
from recommender.ties import NO_TIME, STRONG, WEAK, build_ties, layer, quiet
from tests.recommender.ties_by_hand import Looked
from tests.world_builder import World, ago, build


def tie(world, person, contact):
    """The place of a tie, -1 for none."""
    row, other = world.row(person), world.row(contact)
    return int(world.ties.places(np.array([row], np.int32), np.array([[other]], np.int32))[0, 0])


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """One person with a tie of each kind."""
    world = World().talk("me", "daily", *range(1, 40)).talk("me", "monthly", 20, 50)
    world.says("me", "once", 90.25).says("same-day", "me", 10.2, 10.1)
    world.says("me", "two-days", 30.5).says("two-days", "me", 25.5)
    world.connects("me", "declared").connects("me", "both").talk("me", "both", 10)
    return build(world.connects("me", "ended", ended=10), tmp_path_factory.mktemp("kinds"))


def test_every_tie_is_seen_from_both_ends(any_world):
    """With sent and received swapped, and all else the same."""
    ties = any_world.ties
    persons = ties.persons()
    back = {
        (int(a), int(b)): i for i, (a, b) in enumerate(zip(persons, ties.contacts, strict=True))
    }
    other = np.array([back[int(b), int(a)] for a, b in back], np.int64)
    assert (ties.sent == ties.received[other]).all()
    for column in (ties.strength, ties.days, ties.first, ties.last, ties.declared):
        assert (column == column[other]).all()
    assert (persons != ties.contacts).all()


def test_contacts_of_a_person_stand_in_order(any_world):
    """So that they can be looked up by halving."""
    ties = any_world.ties
    for person in range(ties.people):
        assert (np.diff(ties.contacts[ties.of(person)]) > 0).all()


def test_every_strength_is_between_0_and_1(any_world):
    """And above 0 exactly where there was contact."""
    ties = any_world.ties
    assert ((ties.strength >= 0) & (ties.strength < 1)).all()
    assert ((ties.strength > 0) == (ties.sent + ties.received > 0)).all()


def test_counts_and_times_are_those_of_the_events(kinds):
    """Sent, received, first, last."""
    place = tie(kinds, "me", "two-days")
    ties = kinds.ties
    assert (ties.sent[place], ties.received[place]) == (1, 1)
    first, last = (np.datetime64(ago(days), "us").astype(np.int64) for days in (30.5, 25.5))
    assert (ties.first[place], ties.last[place]) == (first, last)


def test_an_answer_is_owed_to_whoever_spoke_last(kinds):
    """Two-days did; once was written to, daily only answered, and declared never wrote."""
    names = ("two-days", "once", "daily")
    told = {name: bool(kinds.ties.owed[tie(kinds, "me", name)]) for name in names}
    assert told == {"two-days": True, "once": False, "daily": False}
    assert not kinds.ties.owed[tie(kinds, "two-days", "me")]
    assert not kinds.ties.owed[tie(kinds, "me", "declared")]


@pytest.mark.parametrize(("contact", "days"), [("same-day", 1), ("two-days", 2), ("once", 1)])
def test_days_are_counted_across_both_directions(kinds, contact, days):
    """One day each way, but two different days, are two days."""
    assert kinds.ties.days[tie(kinds, "me", contact)] == days


def test_days_never_exceed_the_true_number(any_world):
    """At least so many, says the field: recomputed from the events."""
    ties, told = any_world.ties, {}
    for fact in any_world.world.tables["interactions"]:
        pair = frozenset((fact["person_id"], fact["contact_id"]))
        told.setdefault(pair, set()).add(fact["occurred_at"].date())
    for place, (person, contact) in enumerate(zip(ties.persons(), ties.contacts, strict=True)):
        true = told.get(frozenset((any_world.people[person], any_world.people[contact])), set())
        assert min(len(true), 1) <= ties.days[place] <= len(true)


def test_layers_follow_strength(kinds):
    """Daily two-way contact binds more than monthly, and that more than a word long ago."""
    strength = [
        float(kinds.ties.strength[tie(kinds, "me", name)]) for name in ("daily", "monthly", "once")
    ]
    assert strength == sorted(strength, reverse=True)
    assert layer(strength[0]) is Layer.COMMUNALITY
    assert layer(strength[2]) is Layer.CONNECTIVITY


@pytest.mark.parametrize(
    ("strength", "expected"),
    [
        (1.0, Layer.COMMUNALITY),
        (STRONG, Layer.COMMUNALITY),
        (np.nextafter(STRONG, 0), Layer.SOCIALITY),
        (WEAK, Layer.SOCIALITY),
        (np.nextafter(WEAK, 0), Layer.CONNECTIVITY),
        (0.0, Layer.CONNECTIVITY),
    ],
)
def test_a_layer_begins_at_its_threshold(strength, expected):
    """Thresholds belong to the stronger layer."""
    assert layer(strength) is expected


def test_a_declared_tie_without_contact_has_no_strength_and_no_time(kinds):
    """It is a tie all the same."""
    ties, place = kinds.ties, tie(kinds, "me", "declared")
    assert place >= 0
    assert ties.declared[place]
    assert ties.strength[place] == 0
    assert ties.first[place] == ties.last[place] == NO_TIME
    assert ties.sent[place] == ties.received[place] == ties.days[place] == 0


def test_a_tie_is_about_what_was_talked_about_most(tmp_path_factory):
    """Both ways together, three topics at most, and none for talk without a topic."""
    world = World().says("me", "you", 9, 8, topic="bees").says("you", "me", 7, 6, topic="cars")
    world.says("you", "me", 5, topic="cars").says("me", "you", 4, topic="art")
    world.says("you", "me", 3, 2, 1, 0.5, topic="wool").says("me", "mute", 3)
    found = Looked(world, tmp_path_factory.mktemp("topics"))
    ids = found.snapshot.topic_ids
    about = {
        (found.people[a], found.people[b]): [ids[row] for row in rows if row >= 0]
        for a, b, rows in zip(
            found.ties.persons(), found.ties.contacts, found.ties.topics, strict=True
        )
    }
    assert about["me", "you"] == about["you", "me"] == ["wool", "cars", "bees"]
    assert about["me", "mute"] == []


def test_a_declared_tie_with_contact_is_both(kinds):
    """The connection adds a mark and nothing else."""
    ties, place = kinds.ties, tie(kinds, "me", "both")
    assert ties.declared[place]
    assert ties.sent[place] == ties.received[place] == 1


def test_an_ended_connection_without_contact_is_no_tie(kinds):
    """It is history: no tie, yet not a new person either."""
    assert tie(kinds, "me", "ended") == -1
    assert kinds.rules.connected[kinds.row("me"), kinds.row("ended")]


def test_ties_of_people_without_any_are_empty(built):
    """No interactions and no connections."""
    ties = built("no_interactions").ties
    assert len(ties) == 0
    assert ties.people == 3
    assert ties.places(np.array([0], np.int32), np.array([[1, 2]], np.int32)).tolist() == [[-1, -1]]


@pytest.fixture(scope="module")
def silences(tmp_path_factory):
    """Ties that last spoke 100 days ago to the microsecond, but for one."""
    world = World().says("me", "real", 130, 100).says("me", "word", 100)
    world.says("me", "one-day", 100.3, 100.2).connects("me", "declared")
    return build(world.says("me", "recent", 130, 99.999), tmp_path_factory.mktemp("silences"))


def test_a_quiet_tie_was_real_and_is_silent(silences):
    """Two interactions on two days, and none since."""
    found = quiet(silences.ties, slice(None), silences.snapshot.as_of_microseconds, 99.9995)
    names = [silences.people[row] for row in silences.ties.contacts[found]]
    assert sorted(names) == ["me", "real"]


def test_silence_is_counted_to_the_microsecond(silences):
    """A contact exactly so many days ago is not yet silent; one microsecond more and it is."""
    place = np.array([tie(silences, "me", "real")])
    as_of = silences.snapshot.as_of_microseconds
    assert not quiet(silences.ties, place, as_of, 100.0)[0]
    assert quiet(silences.ties, place, as_of + 1, 100.0)[0]
    assert as_of - silences.ties.last[place[0]] == 100 * DAY_MICROSECONDS


def test_ties_are_the_same_again(any_world):
    """Built anew from the same snapshot."""
    again = build_ties(any_world.snapshot)
    for name in again.__slots__:
        assert getattr(again, name).tobytes() == getattr(any_world.ties, name).tobytes()
