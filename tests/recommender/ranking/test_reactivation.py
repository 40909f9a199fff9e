"""Which quiet ties come first."""

from __future__ import annotations

import pytest

from recommender.domain.slate import Kind
from tests.world_builder import World, build


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """Three quiet ties as old as one another: all alike, but for what is said in their names."""
    world = World().works("me", "soil", 1, 2, 3, 10)
    for name in ("here", "gone", "faint"):
        world.talk("me", name, 150, 170, topic="soil")
        if name != "faint":
            world.talk("me", name, *range(180, 260, 8), topic="soil")
    world.works("here", "soil", 1, 2, 5).works("faint", "soil", 1, 2, 5)
    return build(world.works("gone", "soil", 150, 160), tmp_path_factory.mktemp("quiet"))


def test_people_who_are_around_come_before_those_who_left(quiet):
    """Here and gone talked with me as much."""
    offered = quiet.recommended("me", Kind.REACTIVATION)
    assert offered.index("here") < offered.index("gone")


def test_ties_that_meant_more_come_first(quiet):
    """Here and faint are as active now; faint spoke with me for two days only."""
    offered = quiet.recommended("me", Kind.REACTIVATION)
    assert offered.index("here") < offered.index("faint")


def test_only_quiet_ties_are_offered(built):
    """Fay is in touch, gus never was."""
    world = built("dormant_pair")
    assert world.recommended("olga", Kind.REACTIVATION) == ["ian"]
    assert world.recommended("fay", Kind.REACTIVATION) == []


@pytest.mark.parametrize(("days", "offered"), [(150, ["ian"]), (199, ["ian"]), (201, [])])
def test_a_longer_silence_can_be_asked_for(built, days, offered):
    """Olga and ian last spoke 200 days ago."""
    world = built("dormant_pair")
    assert world.recommended("olga", Kind.REACTIVATION, min_silence_days=days) == offered
