"""Earlier times looked back to: what was known then, and what followed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.candidates import SOURCES
from recommender.domain.times import DAY_MICROSECONDS
from recommender.examples import HORIZON_DAYS, looked_back
from tests.world_builder import TRAIN, World, build

NAMES = [f"p{place:02d}" for place in range(12)]


def a_year_of_meetings() -> World:
    """In each quarter everyone writes to one more person of a ring, who answers every other one."""
    world = World()
    for quarter in range(5):
        for place, name in enumerate(NAMES):
            day = 20 + 90 * (4 - quarter) + place
            other = NAMES[(place + 1 + quarter) % len(NAMES)]
            world.works(name, f"topic-{place % 3}", day, day + 5).says(name, other, day)
            if place % 2:
                world.says(other, name, day - 1)
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return build(a_year_of_meetings(), tmp_path_factory.mktemp("meetings"))


@pytest.fixture(scope="module")
def past(world):
    return looked_back(world.snapshot, replace(TRAIN, look_back=8))


def test_times_are_a_quarter_apart_the_newest_first(world, past):
    """The newest ends where the snapshot does, and none looks before the first quarter."""
    horizon = HORIZON_DAYS * DAY_MICROSECONDS
    times = [world.snapshot.as_of_microseconds - one.since for one in past.examples]
    assert times == [step * horizon for step in range(1, len(times) + 1)]
    assert 2 <= len(times) <= 4


def test_who_was_met_is_who_was_first_addressed_within_the_quarter(world, past):
    """Counted anew from the events, for every pair of each time."""
    said = world.snapshot.interactions
    for one in past.examples:
        end = one.since + HORIZON_DAYS * DAY_MICROSECONDS
        rows = zip(said.persons.tolist(), said.contacts.tolist(), said.at.tolist(), strict=True)
        talks = [(a, b, at) for a, b, at in rows if at < end]
        before = {(a, b) for a, b, at in talks if at < one.since}
        since = {(a, b) for a, b, at in talks if at >= one.since}
        askers = np.repeat(one.askers, one.sizes()).tolist()
        for place, (asker, other) in enumerate(zip(askers, one.contacts.tolist(), strict=True)):
            assert (asker, other) not in before
            assert (other, asker) not in before
            assert one.met[place] == ((asker, other) in since)
            assert one.back[place] == ((other, asker) in since)
        assert one.met.any()
        assert one.back.any()


def test_each_source_is_told_with_what_it_alone_found(past):
    """No source finds more than all together, or more alone than at all."""
    told = past.recall
    assert set(told["recall"]) == set(told["marginal"]) == set(SOURCES)
    assert told["first_contacts"] == past.examples[0].all_met.sum()
    assert max(told["recall"].values()) <= told["together"] <= 1
    assert sum(told["marginal"].values()) <= told["together"]
    assert all(told["marginal"][name] <= share for name, share in told["recall"].items())


def test_without_a_past_there_is_nothing_to_look_back_to(built):
    """A world of a single day."""
    young = looked_back(built("one_person").snapshot, TRAIN)
    assert young.examples == []
    assert young.recall == {}


def test_no_more_times_are_looked_at_than_settings_say(world):
    """The newest; none where none is to be looked at."""
    found = looked_back(world.snapshot, replace(TRAIN, look_back=2))
    assert [one.since for one in found.examples] == [
        one.since for one in looked_back(world.snapshot, TRAIN).examples[:2]
    ]
    assert looked_back(world.snapshot, replace(TRAIN, look_back=0)).examples == []
