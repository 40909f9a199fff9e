"""Baselines for quiet ties: each orders one small world in the way that it is named for."""

from __future__ import annotations

import numpy as np
import pytest

import evaluation.tie_baselines as registry
from evaluation.plugins import Installed
from evaluation.tie_baselines import TIE_BASELINES, shared_threads, tie_baselines
from recommender.domain.times import microseconds
from tests.evaluation.looking_back import look_back
from tests.world_builder import World, ago

FRIENDS = ["active", "lately", "often", "thread"]


def quiet_ties() -> World:
    """Ola's four quiet ties, each the first in another respect."""
    world = World().works("ola", "maps", 2, thing="T").works("thread", "maps", 3, thing="T")
    world.works("active", "maps", 1, 2, 3, thing="A").works("lately", "maps", 40, thing="L")
    world.works("often", "maps", 90, thing="O")
    for day in range(300, 400, 20):
        world.says("ola", "often", day).says("often", "ola", day + 5)
    world.says("ola", "lately", 120).says("lately", "ola", 100)
    world.says("ola", "active", 350, 360, 370)
    return world.says("thread", "ola", 500, 510, 520, 530)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return look_back(quiet_ties(), tmp_path_factory.mktemp("ties"))[0]


def scores(known, name, friends=FRIENDS):
    """Ola's friends and their scores."""
    rows = [known.snapshot.person_ids.row(friend) for friend in friends]
    ola = np.full(len(rows), known.snapshot.person_ids.row("ola"), np.int32)
    found = TIE_BASELINES[name].scorer(known)(ola, np.array(rows, np.int32))
    return dict(zip(friends, found.tolist(), strict=True))


def ranked(found):
    """Best first."""
    return sorted(found, key=lambda friend: -found[friend])


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("recency", ["lately", "often", "active", "thread"]),
        ("frequency", ["often", "thread", "active", "lately"]),
        ("decayed_frequency", ["often", "lately", "active", "thread"]),
        ("contact_activity", ["active", "thread", "lately", "often"]),
        ("shared_threads", ["thread", "active", "lately", "often"]),
    ],
)
def test_each_orders_ties_by_what_it_is_named_for(known, name, order):
    """Five orders of the same four ties, no two of them the same."""
    assert ranked(scores(known, name)) == order


def test_recency_is_the_last_time_either_way_exactly(known):
    """To the microsecond, which a shorter number could not hold."""
    found = scores(known, "recency")
    assert found["lately"] == microseconds(ago(100))
    assert found["often"] == microseconds(ago(300))


def test_frequency_counts_both_ways(known):
    """Five times each way with often, one way only with the others."""
    assert scores(known, "frequency") == {"active": 3, "lately": 2, "often": 10, "thread": 4}


def test_decayed_frequency_halves_every_180_days(known):
    """One interaction each way, 120 and 100 days ago; one way only for active."""
    found = scores(known, "decayed_frequency")
    weight = found["active"] / sum(2 ** (-day / 180) for day in (350, 360, 370))
    expected = weight * (2 ** (-120 / 180) + 2 ** (-100 / 180))
    assert found["lately"] == pytest.approx(expected, rel=1e-5)


def test_sharing_little_goes_before_sharing_nothing(known):
    """The contact's own activity orders only those who share nothing."""
    found = scores(known, "shared_threads")
    assert found["thread"] > 1000 * found["active"] > 0


def test_threads_are_topics_where_there_are_no_objects(tmp_path):
    """Who shares ola's topic goes before who is more active on another."""
    world = World().works("ola", "maps", 1).works("same", "maps", 9).works("else", "cars", 1, 2, 3)
    known, _ = look_back(world.talk("ola", "same", 200).talk("ola", "else", 200), tmp_path)
    found = scores(known, "shared_threads", ["same", "else"])
    assert ranked(found) == ["same", "else"]


def test_activity_is_contact_made_where_there_are_no_topics(tmp_path):
    """Who addressed somebody lately goes before who did long ago."""
    world = World().talk("ola", "ann", 200).talk("ola", "bob", 200).says("ann", "ola", 5)
    known, _ = look_back(world, tmp_path)
    found = scores(known, "contact_activity", ["ann", "bob"])
    assert ranked(found) == ["ann", "bob"]


@pytest.mark.parametrize("name", TIE_BASELINES)
def test_scores_are_finite_and_depend_on_nothing_but_the_pair(known, name, monkeypatch):
    """Any pairs, ties or not, many or none, in any order and any blocks."""
    score = TIE_BASELINES[name].scorer(known)
    grid = np.indices((known.people, known.people), np.int32).reshape(2, -1)
    whole = score(*grid)
    assert whole.shape == (known.people**2,)
    assert np.isfinite(whole).all()
    assert score(*grid[:, :0]).shape == (0,)
    monkeypatch.setattr(shared_threads, "BLOCK", 3)
    mixed = np.random.default_rng(0).permutation(grid.shape[1])
    np.testing.assert_array_equal(score(*grid[:, mixed]), whole[mixed])


@pytest.mark.parametrize("name", ["recency", "frequency", "decayed_frequency"])
def test_who_has_no_tie_scores_0(known, name):
    """Active and often never spoke; nor did anybody to herself."""
    one, other = (known.snapshot.person_ids.row(friend) for friend in ("active", "often"))
    pairs = np.array([one, other, one], np.int32), np.array([other, one, one], np.int32)
    assert TIE_BASELINES[name].scorer(known)(*pairs).tolist() == [0, 0, 0]


def test_installed_baselines_come_after_those_built_in(known, monkeypatch):
    """Under their own names, asked for in our group, and as scorers of the same shape."""
    asked = []

    def installed(group, taken):
        asked.append((group, set(taken)))
        return {"mine": Installed(lambda known: lambda askers, contacts: contacts + 0.5)}

    monkeypatch.setattr(registry, "installed", installed)
    found = tie_baselines()
    assert [*found] == [*TIE_BASELINES, "mine"]
    assert asked == [("pln.tie_baselines", set(TIE_BASELINES))]
    rows = np.array([0, 1], np.int32)
    assert found["mine"].scorer(known)(rows, rows).tolist() == [0.5, 1.5]
