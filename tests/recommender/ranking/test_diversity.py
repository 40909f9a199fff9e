"""The diversity headline: unlike my present network, and still of use."""

from __future__ import annotations

import numpy as np

from recommender.communities import find_communities
from recommender.domain.slate import FACTORS, SIGNALS
from recommender.factors import factor_confidence, factor_scorer, pair_confidence
from recommender.ranking.diversity import diversity_scorer
from tests.world_builder import World, build


def diversity(world, asker, *contacts):
    """How diverse each contact is for the asker, without any shared contacts."""
    profiles = world.material.profiles
    a = np.array([world.row(asker)] * len(contacts), np.int32)
    b = np.array([world.row(contact) for contact in contacts], np.int32)
    community = find_communities(world.ties, 0)
    score = diversity_scorer(world.snapshot, world.ties, profiles, community)
    signals = np.zeros((len(contacts), len(SIGNALS)), np.float32)
    values, (asked, met) = factor_scorer(profiles)(a, b), factor_confidence(profiles)
    return score(a, b, values, pair_confidence(asked[a], met[b], values), signals).tolist()


def test_every_value_is_between_0_and_1(any_world):
    """For every pair there is."""
    world = any_world
    for asker in world.people[:4]:
        values = diversity(world, asker, *world.people)
        assert all(0 <= value <= 1 for value in values)


def test_somebody_of_another_community_is_more_diverse(tmp_path):
    """In and out work on the same topic as me; in is in my own circle."""
    world = World()
    for side in "xy":
        for i in range(4):
            for j in range(i):
                world.talk(f"{side}{i}", f"{side}{j}", 3 + i, 20 + j)
    for name in ("me", "in", "out"):
        world.works(name, "tea", 1, 2, 3)
    world.works("x0", "jam", 1).works("y0", "jam", 1)
    for i in range(3):
        world.talk("me", f"x{i}", 3).talk("in", f"x{i}", 4).talk("out", f"y{i}", 4)
    inside, outside = diversity(build(world, tmp_path), "me", "in", "out")
    assert outside > inside


def test_what_is_irrelevant_is_not_diverse(built):
    """White people do nothing that black0 could want."""
    world = built("checkerboard")
    worth = [FACTORS.index("collaboration"), FACTORS.index("learning")]
    values = factor_scorer(world.material.profiles)(
        np.array([world.row("black0")], np.int32), np.array([world.row("white0")], np.int32)
    )
    black, white = diversity(world, "black0", "black1", "white0")
    assert white <= min(1, values[0, worth].max() / 0.2) + 1e-6
    assert black > 0
