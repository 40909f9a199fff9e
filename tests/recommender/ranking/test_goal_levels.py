"""The level that a goal names says how far along those should be who match it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.learner import Learner, Skill, StatedGoal
from recommender.domain.slate import Aim, Direction, Goal, Query
from recommender.ranking.goals import UNTOLD, suited
from tests.recommender.live.changes import after
from tests.world_builder import TRAIN, World, build

LEARN, OFFER = Direction.LEARN, Direction.OFFER
LEVELS = st.floats(0, 4, width=32)


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """Five who know jam at levels 0 to 4 and work on it alike, and five such who want to learn it.

    Of one more who wants it, nobody says how well she knows it.
    """
    world = World()
    for level in range(5):
        world.works(f"knows{level}", "jam", 3, 4, 5)
        world.works(f"wants{level}", "tea", 3).wants(f"wants{level}", "jam")
        for person in (f"knows{level}", f"wants{level}"):
            world.add("skills", person_id=person, topic_id="jam", level=level)
    world.works("wants", "tea", 3).wants("wants", "jam").works("asker", "tea", 1, 2)
    folder = tmp_path_factory.mktemp("school")
    return build(world, folder, config=replace(TRAIN, candidates=20))


def matches(pipeline, direction, level):
    """How well everyone matches such a goal of `asker` in jam, by id."""
    goal = Goal(pipeline.topic("jam"), Aim(direction, level))
    query = Query(askers=[pipeline.row("asker")], goals=(goal,), limit=100)
    slate, _ = pipeline.recommend(query)
    ids = pipeline.model.person_ids
    found = zip(slate.rows[0], slate.goal_match[0], strict=True)
    return {ids[row]: float(value) for row, value in found if row >= 0}


def of(match, beginning):
    """Five matches, by level."""
    return [match.get(f"{beginning}{level}", 0.0) for level in range(5)]


@pytest.mark.parametrize(("level", "best"), [(1.0, {1, 2}), (2.0, {2, 3}), (4.0, {4})])
def test_who_aims_at_a_level_learns_from_those_a_little_ahead(school, level, best):
    """They match as without a level; the others less, the further off the less."""
    plain = of(matches(school.pipeline, LEARN, 0.0), "knows")
    match = of(matches(school.pipeline, LEARN, level), "knows")
    share = np.array(match) / np.array(plain)
    assert {at for at in range(5) if share[at] > 0.99} == best
    assert (np.diff(share[: min(best) + 1]) > 0).all()
    assert (np.diff(share[max(best) :]) < 0).all()


def test_who_offers_a_level_helps_those_a_little_behind(school):
    """At level 3 those of levels 1 and 2; who said nothing of herself counts as a beginner."""
    match = matches(school.pipeline, OFFER, 3.0)
    found = of(match, "wants")
    assert found[1:3] == pytest.approx([1, 1], abs=1e-4)
    assert found[0] == match["wants"] == pytest.approx(np.exp(-0.5))
    assert found[2] > found[3] > found[4] > 0


def test_lists_follow_the_level(school):
    """Who aims higher is offered others first."""

    def first(level):
        goal = Goal(school.pipeline.topic("jam"), Aim(LEARN, level))
        query = Query(askers=[school.row("asker")], goals=(goal,), limit=2)
        return {one.person_id for one in school.pipeline.answer(query)[0]}

    assert first(4.0) >= {"knows4"}
    assert first(1.0) == {"knows1", "knows2"}


def test_who_came_later_is_neither_far_nor_near(school):
    """Nobody knows how well she knows it, before the next training."""
    can = (Skill(topic_id="jam", level=4), Skill(topic_id="tea"))
    came = Learner(person_id="new", skills=can)
    pipeline = after(school, came)
    plain, match = (matches(pipeline, LEARN, level) for level in (0.0, 1.0))
    assert match["new"] == pytest.approx(UNTOLD * plain["new"])


def test_stated_goals_have_their_levels(school):
    """As those of a call do; none is 0."""
    goals = (
        StatedGoal(topic_id="jam", direction=LEARN, level=2.5),
        StatedGoal(topic_id="tea", direction=OFFER),
    )
    pipeline = after(school, Learner(person_id="asker", goals=goals))
    aims = [goal.aim for goal in pipeline.live.stated_goals(pipeline.row("asker"))]
    assert aims == [Aim(LEARN, 2.5), Aim(OFFER, 0.0)]


@settings(deadline=None, derandomize=True)
@given(st.floats(0, 4, exclude_min=True), st.sampled_from(Direction), LEVELS, LEVELS)
def test_whoever_is_nearer_suits_no_less(level, direction, one, other):
    """On either side of the best levels; everybody suits a little, and nobody more than wholly."""
    best = np.array([level, level + 1]) - (0 if direction is LEARN else 2)

    def off(at):
        return max(best[0] - at, at - best[1], 0)

    first, second = suited(np.float32([one, other]), Aim(direction, level)).tolist()
    assert 0 < first <= 1
    if off(one) <= off(other):
        assert first >= second
