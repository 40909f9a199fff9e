"""Somebody new, and what people say of themselves, count at once."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.answer import ReasonKind
from recommender.domain.errors import PersonNotFoundError
from recommender.domain.learner import Profile
from recommender.domain.slate import Aim, Direction, Goal, Query
from tests.recommender.live.changes import (
    after,
    blocks,
    decides,
    offered,
    worked,
)


def answers(pipeline, person, **query):
    return pipeline.answer(Query(askers=[pipeline.row(person)], **query))[0]


def test_somebody_new_gets_lists_and_can_be_found(cliques):
    """From her skills and goals; those who share a topic find her, others do not."""
    pipeline = after(cliques, decides("zoe", can=["a-talk"], profile=Profile(display_name="Zoe Z")))
    found = answers(pipeline, "zoe")
    assert {one.person_id for one in found} >= {"a1", "a2", "a3"}
    assert all(one.reasons for one in found)
    [zoe] = [one for one in answers(pipeline, "a1") if one.person_id == "zoe"]
    assert (zoe.display_name, zoe.factors[0].confidence > 0) == ("Zoe Z", True)
    assert "zoe" not in offered(pipeline, "b2")
    assert any(reason.topics and reason.topics[0].id == "a-talk" for reason in zoe.reasons)


def test_somebody_new_is_found_by_what_she_does(cliques):
    """Looking on is not doing; one who is only spoken of is nobody yet."""
    pipeline = after(cliques, worked("zoe", "a-talk"))
    assert "zoe" in offered(pipeline, "a1")
    looks = after(cliques, worked("zoe", "a-talk", weight=0.05))
    assert "zoe" not in offered(looks, "a1")
    spoken_of = after(cliques, blocks("a1", "zoe"))
    with pytest.raises(PersonNotFoundError):
        spoken_of.row("zoe")
    told = after(cliques, blocks("a1", "zoe"), worked("zoe", "a-talk"))
    assert "zoe" not in offered(told, "a1")
    assert "zoe" in offered(told, "a3")


def test_somebody_new_without_topics_is_led_to_the_leading_people(cliques):
    pipeline = after(cliques, decides("zoe", paused=False))
    assert len(offered(pipeline, "zoe")) >= 0
    pipeline = after(cliques, decides("zoe", wants=["b-talk"]))
    found = answers(pipeline, "zoe")
    assert {one.person_id for one in found} >= {"b1", "b2"}
    assert any(r.kind is ReasonKind.GOAL_MATCHES for r in found[0].reasons)


def test_a_new_topic_of_the_asker_brings_its_people(cliques):
    """She took up what the others work on: some of them come, and it is said why."""
    before = offered(cliques.pipeline, "a1")
    pipeline = after(cliques, worked("a1", "b-talk"), worked("a1", "b-talk"))
    found = answers(pipeline, "a1", limit=100)
    new = [one for one in found if one.person_id not in before]
    assert new or set(before) >= {"b1", "b2"}
    told = [r for one in found for r in one.reasons if any(t.id == "b-talk" for t in r.topics)]
    assert told
    assert not any("a goal of yours" in reason.text for reason in told)


def test_what_people_say_of_themselves_counts(built):
    """A name, a place of work that was known or not, a level, a language."""
    world = built("workplaces")
    person = world.people[0]
    words = Profile(
        display_name="Renamed", organisation="Brand New", level=3.5, languages=("tlh", "en")
    )
    model = after(world, decides(person, profile=words)).model
    row = world.row(person)
    assert model.display_names[row] == "Renamed"
    assert model.organisations[model.organisation[row]] == "Brand New"
    assert model.level[row] == 3.5
    spoken = model.speaks.indices[model.speaks.indptr[row] : model.speaks.indptr[row + 1]]
    assert {model.languages[code] for code in spoken} == {"tlh", "en"}
    other = np.arange(len(world.people)) != row
    base = world.pipeline.model
    assert (model.organisation[: len(other)][other] == base.organisation[other]).all()
    back = after(world, decides(person, profile=words), decides(person, profile=Profile())).model
    assert back.organisation[row] == base.organisation[row]
    assert back.display_names[row] == base.display_names[row]


def test_stated_goals_are_by_topics_that_are_known(cliques):
    pipeline = after(cliques, decides("a1", wants=["b-talk", "unheard of"], offers=["a-talk"]))
    topics = pipeline.model.topic_ids
    assert pipeline.live.stated_goals(pipeline.row("a1")) == (
        Goal(topics.row("b-talk")),
        Goal(topics.row("a-talk"), Aim(Direction.OFFER)),
    )


def test_offers_find_those_who_came_to_want_them(cliques):
    """B1 says she wants to learn what a1 offers."""
    pipeline = after(cliques, decides("b1", wants=["a-talk"]))
    offer = Goal(pipeline.topic("a-talk"), Aim(Direction.OFFER))
    slate, _ = pipeline.recommend(Query(askers=[pipeline.row("a1")], goals=(offer,), limit=50))
    match = dict(zip(slate.rows[0].tolist(), slate.goal_match[0].tolist(), strict=True))
    assert match.get(pipeline.row("b1"), 1) == 1
