"""Communities: who mostly talks to whom."""

from __future__ import annotations

from recommender.communities import find_communities
from tests.world_builder import World, build


def test_two_cliques_are_two_communities(built):
    """One bridge does not make them one."""
    world = built("two_cliques")
    found = dict(zip(world.people, find_communities(world.ties, 0).tolist(), strict=True))
    assert len({found[f"a{i}"] for i in range(1, 6)}) == 1
    assert len({found[f"b{i}"] for i in range(1, 6)}) == 1
    assert found["a1"] != found["b1"]


def test_people_without_ties_are_in_no_community(tmp_path, built):
    """-1, whether some or all are alone."""
    assert find_communities(built("no_interactions").ties, 0).tolist() == [-1, -1, -1]
    world = build(World().talk("ada", "bob", 1).works("cyd", "tea", 1), tmp_path)
    found = find_communities(world.ties, 0)
    assert found[world.row("cyd")] == -1
    assert found[world.row("ada")] == found[world.row("bob")] >= 0


def test_communities_are_the_same_again(any_world):
    """For the same seed."""
    first, again = (find_communities(any_world.ties, 3) for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert first.max(initial=-1) < len(any_world.people)
