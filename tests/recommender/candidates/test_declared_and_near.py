"""Sources that find people by words, by what they declare, and because they are new."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.candidates import goal_matches, near_topics, newcomers, similar_titles
from recommender.candidates.declared import declared_skills
from recommender.candidates.goal_matches import MatchedGoals
from recommender.candidates.near_topics import NearTopics
from recommender.domain.times import microseconds
from recommender.lookback import before
from tests.world_builder import World, ago, build
from tests.worlds import two_tongues

SMALL = ("one_person", "no_topics", "met_in_threads", "workplaces", "unicode_ids")
SOURCES = (goal_matches, near_topics, newcomers, similar_titles)


def scores(world, source, asker):
    """Everyone's score for one asker, by id."""
    row = np.array([world.row(asker)], np.int32)
    found = source.finder(world.material)(row).toarray()[0]
    return dict(zip(world.people, found.tolist(), strict=True))


def best(world, source, asker):
    told = scores(world, source, asker)
    told.pop(asker)
    return max(told, key=told.get)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("source", SOURCES, ids=lambda module: module.__name__.rsplit(".")[-1])
def test_scores_keep_to_the_form_of_a_source(source, name, built):
    """Finite, not negative, a row for every asker, and the same alone as together."""
    world = built(name)
    everyone = np.arange(len(world.people), dtype=np.int32)
    find = source.finder(world.material)
    together = find(everyone)
    assert sp.isspmatrix_csr(together)
    assert together.dtype == np.float32
    assert together.shape == (len(everyone), len(everyone))
    assert np.isfinite(together.data).all()
    assert (together.data >= 0).all()
    assert find(everyone[:0]).shape == (0, len(everyone))
    for row in everyone[::3]:
        assert find(everyone[[row]]).toarray()[0] == pytest.approx(
            together.toarray()[row], rel=1e-5, abs=1e-6
        )


def test_people_of_a_near_topic_are_found_though_no_id_is_shared(built):
    """Who keeps bees in the north finds those of the south who do, before all others."""
    world = built("two_tongues")
    for place in range(4):
        told = scores(world, near_topics, f"north{place}0")
        first = sorted(told, key=told.get, reverse=True)[:2]
        assert first == [f"south{place}0", f"south{place}1"]
        assert told[f"north{place}1"] == 0


def test_the_near_topic_can_be_told(built):
    """That of the contact; nothing where none is near."""
    world = built("two_tongues")
    rows = np.array([world.row("north10")] * 2, np.int32)
    others = np.array([world.row("south10"), world.row("north11")], np.int32)
    near = NearTopics(world.material)(rows, others)
    assert world.snapshot.topic_ids[near[0]] == "south-1"
    assert near[1] == -1


@pytest.mark.parametrize("name", SMALL)
def test_every_near_pair_that_is_told_is_near(name, built):
    """Where scored, and only there."""
    world = built(name)
    n = len(world.people)
    askers, contacts = (part.ravel().astype(np.int32) for part in np.indices((n, n)))
    near = NearTopics(world.material)(askers, contacts)
    scored = near_topics.finder(world.material)(np.arange(n, dtype=np.int32)).toarray()
    assert ((scored[askers, contacts] > 0) == (near >= 0)).all()


def test_a_goal_reaches_near_topics_too(tmp_path):
    """Noa wants to learn bee keeping; those of the south say keeping of bees."""
    world = build(two_tongues().wants("noa", "north-1"), tmp_path)
    told = scores(world, near_topics, "noa")
    assert best(world, near_topics, "noa") == "south10"
    assert told["north10"] == 0


def test_titles_alike_bring_people_together_who_never_met_in_one(tmp_path):
    """Ada and bob speak of sorting in threads of their own; carl bakes."""
    world = World()
    titles = {"ada": "sorting lists quickly", "bob": "quick list sorting", "carl": "baking bread"}
    for place, (name, title) in enumerate(titles.items()):
        world.add("objects", object_id=f"o{place}", title=title)
        world.works(name, "talk", 2, thing=f"o{place}")
    assert best(build(world, tmp_path), similar_titles, "ada") == "bob"


def test_titles_that_share_no_more_than_small_words_are_not_alike(built):
    """All of them are talks on something; only those of one thing are found by one another."""
    world = built("two_tongues")
    for asker in world.people:
        told = scores(world, similar_titles, asker)
        assert {name[-2] for name in told if told[name] > 0} == {asker[-2]}


def experts() -> World:
    """Eva answers on glass, mute does not; declared and offering only say they know it."""
    world = World().wants("noa", "glass")
    for place in range(5):
        for expert in ("eva", "mute"):
            world.says(f"fan{place}", expert, 9 + place)
        world.says("eva", f"fan{place}", 8.5 + place).works(f"fan{place}", "tea", 3)
    for expert in ("eva", "mute"):
        world.works(expert, "glass", 2, 5, 9)
    world.add("skills", person_id="declared", topic_id="glass", level=4)
    return world.wants("offering", "glass", direction="offer")


def test_goals_find_those_who_know_and_answer_first(tmp_path):
    """Then those who know; then those who say so; and nobody else."""
    world = build(experts(), tmp_path)
    told = scores(world, goal_matches, "noa")
    assert told["eva"] > told["mute"] > told["offering"] > 0
    assert told["eva"] > told["declared"] > told["offering"]
    assert {name for name, value in told.items() if value == 0} == {
        "noa",
        *(f"fan{place}" for place in range(5)),
    }


def test_the_matched_goal_can_be_told(tmp_path):
    """Glass between noa and who knows it; nothing between noa and a fan."""
    world = build(experts(), tmp_path)
    askers = np.full(2, world.row("noa"), np.int32)
    contacts = np.array([world.row("declared"), world.row("fan0")], np.int32)
    goal = MatchedGoals(world.material)(askers, contacts)
    assert world.snapshot.topic_ids[goal[0]] == "glass"
    assert goal[1] == -1


def test_declared_skills_are_the_best_of_what_is_said(tmp_path):
    """Levels over 4; said twice counts once; no level is the middle; 0 is none."""
    world = World().works("ann", "tea", 1).wants("ann", "tea", direction="offer")
    world.add("skills", person_id="ann", topic_id="tea", level=4)
    world.add("skills", person_id="ann", topic_id="jam", level=0)
    world.add("skills", person_id="ann", topic_id="ham")
    told = declared_skills(build(world, tmp_path).snapshot)
    names = {"ham": 0.5, "jam": 0, "tea": 1}
    assert told.toarray().tolist() == [list(names.values())]
    assert told.nnz == 2


def test_newcomers_of_ones_topics_are_found_the_newest_first(built):
    """By joining or by their first event, whichever is earlier."""
    told = scores(built("arrivals"), newcomers, "me")
    assert told["silent"] > told["fresh"] > told["older"] > 0
    others = {"me", "staying", "other", "asleep", "unsaid"}
    assert {name for name in told if told[name] == 0} == others


def test_whoever_was_here_without_a_word_is_not_new(tmp_path):
    """Lurk joined, and named was written to, long before either wrote; neither is new."""
    world = World().person("lurk", joined_at=ago(400)).says("me", "named", 300)
    for name in ("me", "lurk", "named", "fresh"):
        world.works(name, "tea", 3)
    told = scores(build(world, tmp_path), newcomers, "me")
    assert told["fresh"] > 0
    assert told["lurk"] == told["named"] == 0


def test_who_came_later_is_not_found_as_one_looks_back(built):
    """Fifty days ago fresh and silent were not there; older had just come."""
    world = built("arrivals")
    past = before(world.snapshot, microseconds(ago(50)))
    new = dict(zip(world.people, newcomers.newness(past).tolist(), strict=True))
    assert new["older"] > 0.7
    assert new["silent"] == new["staying"] == 0
