"""Openers say what was shared, what is new and what to ask, and nothing that is not so."""

from __future__ import annotations

import pytest

from recommender.domain.slate import Kind, Query
from tests.world_builder import World, build


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """Me and quiet ties, one for each thing to speak of."""
    world = World().works("me", "soil", *range(1, 60, 3)).wants("me", "clay")
    for name in ("same", "moved", "owed", "thing", "gone", "ahead"):
        world.talk("me", name, 150, 160, 170, topic="soil")
        world.works(name, "soil", 155, 165)
    world.works("same", "soil", 3, 5).works("moved", "dust", 3, 5).says("owed", "me", 140)
    world.works("me", "soil", 158, thing="t1").works("thing", "soil", 157, thing="t1")
    world.add("objects", object_id="t1", topic_id="soil", title="Worms at night")
    for day in range(2, 40, 2):
        world.works("ahead", "clay", day).says("gone", "ahead", day + 150, topic="clay")
    return build(world, tmp_path_factory.mktemp("openers"))


def opener(world, person, kind=Kind.REACTIVATION):
    """What me is told to say to a person."""
    query = Query(askers=[world.row("me")], kind=kind)
    (found,) = [o.opener for o in world.pipeline.answer(query)[0] if o.person_id == person]
    return found


SAID = {
    "same": "You talked mostly about soil, last in February 2024; they are still active in soil. "
    "Ask what has changed in soil since.",
    "moved": "You talked mostly about soil, last in February 2024; they are now active in dust. "
    "Ask what they have learned in dust.",
    "owed": "You talked mostly about soil, last in February 2024; they wrote last. "
    "Answer what they wrote, and ask what came of it.",
    "thing": "You talked mostly about soil, last in February 2024, and both of you took part in "
    "“Worms at night”. Ask what became of “Worms at night”.",
    "gone": "You talked mostly about soil, last in February 2024. "
    "Ask what they are working on now.",
    "ahead": "You talked mostly about soil, last in February 2024; they are now active in clay. "
    "Ask what they would look at first in clay.",
}


@pytest.mark.parametrize("person", SAID)
def test_an_opener_varies_with_what_is_known(quiet, person):
    """Word for word."""
    assert opener(quiet, person) == SAID[person]


def test_an_object_without_a_title_is_not_spoken_of(tmp_path):
    """Its id would say nothing."""
    world = World().talk("me", "her", 150, 160).works("me", "soil", 158, thing="x9")
    world.works("her", "soil", 157, thing="x9")
    assert "x9" not in opener(build(world, tmp_path), "her")
