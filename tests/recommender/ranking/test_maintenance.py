"""Which ties are to be taken care of, and which of them first."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.slate import Kind
from recommender.ranking.maintenance import care
from tests.world_builder import World, build


@pytest.fixture(scope="module")
def fading(tmp_path_factory):
    """Five people who are always around, and how I talked with four of them."""
    world = World()
    for name in ("me", "strong", "weak", "lively", "muted"):
        world.works(name, "soil", *range(0, 300, 2))
    world.talk("me", "strong", *range(50, 290, 7)).talk("me", "weak", 50, 57, 64)
    world.talk("me", "lively", *range(1, 90, 7)).talk("me", "muted", *range(50, 290, 7))
    return build(world.blocks("me", "muted", "mute"), tmp_path_factory.mktemp("fading"))


def test_ties_that_fade_are_offered_and_strong_ones_first(fading):
    """Lively is as ever, and whoever is muted is left in peace."""
    assert fading.recommended("me", Kind.MAINTENANCE) == ["strong", "weak"]


def test_a_fading_tie_need_not_be_silent_for_long(fading):
    """Quiet ties of 90 days are another list."""
    assert fading.recommended("strong", Kind.MAINTENANCE) == ["me"]
    assert fading.recommended("strong", Kind.REACTIVATION) == []


def test_care_grows_with_strength_and_with_an_answer_owed_and_falls_with_return():
    """Whatever the rest."""
    draw = np.random.default_rng(0)
    peak, returns, more = draw.random((3, 200)).astype(np.float32)
    owed = draw.random(200) < 0.5
    base = care(peak, returns, owed)
    assert ((base >= 0) & (base <= 1.25)).all()
    assert (care(np.maximum(peak, more), returns, owed) >= base).all()
    assert (care(peak, np.maximum(returns, more), owed) <= base).all()
    assert (care(peak, returns, owed | True) >= base).all()
