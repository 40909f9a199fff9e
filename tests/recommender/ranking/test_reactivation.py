"""Which quiet ties come first."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.config import Dials
from recommender.domain.slate import FACTORS, SIGNALS, Kind
from recommender.ranking.reactivation import WEIGHTS, Terms, score, worth
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


def some_terms(m=300):
    draw = np.random.default_rng(1)
    factors = draw.random((m, len(FACTORS))).astype(np.float32)
    signals = draw.random((m, len(SIGNALS))).astype(np.float32)
    returns = draw.random(m).astype(np.float32)
    return Terms.of(returns, draw.integers(1, 50, m), draw.integers(0, 65_536, m), factors, signals)


def test_the_score_is_the_product_that_the_page_gives():
    """Recomputed as a product, up to a constant factor."""
    terms = some_terms()
    novelty = np.linspace(0, 1, 300, dtype=np.float32)
    product = np.float64(terms.sessions) ** WEIGHTS["sessions"] * terms.around ** WEIGHTS["around"]
    for name in ("returns", "turned_to", "common", "topical", "meets"):
        product *= (getattr(terms, name) + 0.05) ** WEIGHTS[name]
    product *= (novelty + 0.05) ** 0.33 * (1 - terms.returns + 0.05) ** 0.25
    apart = score(terms, novelty) - np.log(product)
    assert apart == pytest.approx(np.full(300, apart[0]), abs=1e-4)


def test_the_shares_of_reasons_make_up_the_whole():
    """Each is 0 or more, and together they are 1."""
    shares = np.stack(list(some_terms().shares().values()))
    assert (shares >= 0).all()
    assert shares.sum(axis=0) == pytest.approx(np.ones(300), abs=1e-5)


def test_worth_falls_with_the_chance_that_the_tie_returns_by_itself():
    """And grows with what is new."""
    half = np.full(3, 0.5, np.float32)
    grid = np.float32([0, 0.5, 1])
    assert worth(half, grid, half) == pytest.approx([2 / 3, 1 / 2, 1 / 3])
    assert worth(grid, half, half) == pytest.approx([1 / 3, 1 / 2, 2 / 3])


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Two quiet ties alike, but that dull stayed with soil and fresh went on to other things."""
    world = World().works("me", "soil", 1, 2, 3, 10).works("me", "dust", 4)
    for name in ("dull", "fresh"):
        world.talk("me", name, 150, 160, 170, topic="soil").works(name, "soil", 155, 165, 3)
    world.works("dull", "soil", *range(4, 20)).works("fresh", "dust", *range(4, 20))
    return build(world, tmp_path_factory.mktemp("fresh"))


def test_the_diversity_dial_favours_what_is_new(fresh):
    """All the way, it puts the one first who moved on."""
    everything = Dials(like_mindedness=0, collaboration=0, diversity=1)
    assert fresh.recommended("me", Kind.REACTIVATION, dials=everything)[0] == "fresh"
