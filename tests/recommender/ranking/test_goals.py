"""Goals of a call move people who serve them up, bring in others, and say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.domain.answer import ReasonKind
from recommender.domain.config import Dials
from recommender.domain.slate import Aim, Direction, Goal, Kind, Query
from recommender.pipeline import filtered, scores, sources
from recommender.ranking.goals import shown_skills
from tests.recommender.truth import Truth
from tests.world_builder import TRAIN, World, ago, build


def goal(world, topic, direction=Direction.LEARN):
    return Goal(world.pipeline.topic(topic), Aim(direction))


def offered(world, person, *goals, **query):
    """Whom `person` is offered in a call with these goals."""
    asked = Query(askers=[world.row(person)], goals=goals, **query)
    return world.pipeline.answer(asked)[0]


def every_goal(world):
    """Each topic of a world, wanted and offered."""
    topics = range(len(world.pipeline.model.topic_ids))
    return [Goal(topic, Aim(direction)) for topic in topics for direction in Direction]


@pytest.fixture(scope="module")
def islands(tmp_path_factory):
    """Two dozen work on tea, a few on jam; jo only looked at jam, joy wants to learn it.

    No list has room for more than twenty, so that people of tea have nobody of jam on theirs.
    """
    world = World()
    for place in range(24):
        world.works(f"tea{place}", "tea", 1 + place / 9, 9, thing="pot")
    for place in range(4):
        world.works(f"jam{place}", "jam", 1 + place, 20)
    world.works("jam0", "jam", 1, 2, 3, 4, 5).works("jam3", "salt", 1, 2, 3, 4, 5, 6, 7)
    world.person("jam2", discoverable=False).blocks("tea1", "jam1").wants("joy", "jam")
    world.works("joy", "toys", 2, 3)
    looked = {"topic_id": "jam", "occurred_at": ago(5), "verb": "view"}
    world.add("activities", person_id="jo", **looked)
    folder = tmp_path_factory.mktemp("islands")
    return build(world.works("jo", "toys", 3), folder, config=replace(TRAIN, candidates=20))


def test_a_goal_brings_in_people_whom_nothing_else_brings(islands):
    """Those who work on it, high up; nobody hidden or blocked."""
    before = {offer.person_id for offer in offered(islands, "tea0", limit=50)}
    assert not before & {"jam0", "jam1", "jam2", "jam3"}
    after = [offer.person_id for offer in offered(islands, "tea0", goal(islands, "jam"), limit=50)]
    assert {"jam0", "jam1"} <= set(after[:6])
    assert set(after) == before | {"jam0", "jam1", "jam3"}
    blocked = [offer.person_id for offer in offered(islands, "tea1", goal(islands, "jam"))]
    assert not {"jam1", "jam2"} & set(blocked)


def test_having_looked_at_a_topic_is_not_working_on_it(islands):
    """Jo viewed jam, and is neither brought in for it nor said to work on it."""
    assert "jo" not in {offer.person_id for offer in offered(islands, "tea0", goal(islands, "jam"))}
    assert "jo" not in islands.pipeline.model.person_ids.take(
        np.setdiff1d(islands.pipeline.model.topic_people[islands.pipeline.topic("jam")], -1)
    )


def test_people_brought_in_come_with_what_is_known_of_them(islands):
    """The goal as their only reason, factors at confidence 0, and nobody else's evidence."""
    found = offered(islands, "tea0", goal(islands, "jam"))
    [first] = [offer for offer in found if offer.person_id == "jam0"]
    assert [reason.text for reason in first.reasons] == ["Works on jam, a goal of yours"]
    assert [topic.id for topic in first.reasons[0].topics] == ["jam"]
    assert all(factor.confidence == 0 for factor in first.factors)
    assert np.isfinite(first.score)


def test_an_offer_is_for_those_who_want_it(islands):
    """Joy has jam as a goal, and those who work on it without saying what they want."""
    match = matches(islands, "jo", goal(islands, "jam", Direction.OFFER))
    assert {person for person, value in match.items() if value} == {"joy", "jam0", "jam1", "jam3"}
    found = offered(islands, "jo", goal(islands, "jam", Direction.OFFER))
    told = {offer.person_id: [reason.text for reason in offer.reasons] for offer in found}
    assert "Works on jam, a goal of yours" in told["jam1"]
    assert not any("goal of yours" in text for text in told["joy"])


def matches(world, person, *goals):
    """How well everyone on the list matches, by id."""
    slate, _ = world.pipeline.recommend(Query(askers=[world.row(person)], goals=goals, limit=100))
    ids = world.pipeline.model.person_ids
    return {ids[row]: float(v) for row, v in zip(slate.rows[0], slate.goal_match[0], strict=True)}


def test_the_match_falls_with_the_place_of_the_topic(islands):
    """Jam is the first topic of jam0, and of jam3 the second; she leads it in the third place."""
    match = matches(islands, "tea0", goal(islands, "jam"))
    assert match["jam0"] == match["jam1"] == 1
    assert match["jam3"] == pytest.approx(max(7 / 8, 48 / 50))
    assert match["tea2"] == 0


def test_goals_reach_lists_of_ties_but_bring_nobody_in(built):
    """Ian works on soil, and is said to as a goal; a list of ties is of ties."""
    world = built("dormant_pair")
    [offer] = offered(world, "olga", goal(world, "soil"), kind=Kind.REACTIVATION)
    assert [reason.kind for reason in offer.reasons[:2]] == [
        ReasonKind.PAST_TIE,
        ReasonKind.COMMUNALITY,
    ]
    assert offer.reasons[1].text == "Works on soil, a goal of yours"


@pytest.mark.parametrize("kind", [Kind.PEOPLE, Kind.REACTIVATION])
def test_answers_to_goals_are_allowed_and_true(any_world, kind):
    """Everyone, with every topic as a goal: nobody barred, nobody twice, reasons that hold."""
    truth = Truth(any_world.world)
    model = any_world.pipeline.model
    askers = [any_world.row(person) for person in any_world.people]
    for wanted in every_goal(any_world):
        query = Query(askers=askers, kind=kind, goals=(wanted,), limit=100)
        topic = model.topic_ids[wanted.topic]
        for asker, found in zip(any_world.people, any_world.pipeline.answer(query), strict=True):
            people = [offer.person_id for offer in found]
            assert len(set(people)) == len(people)
            for offer in found:
                assert not truth.barred(asker, offer.person_id)
                assert kind is not Kind.PEOPLE or not truth.connected(asker, offer.person_id)
                assert offer.reasons
                for reason in offer.reasons:
                    if "a goal of yours" in reason.text:
                        assert truth.works_on(offer.person_id, topic)
                        assert [each.id for each in reason.topics] == [topic]
                        assert 0 < reason.share <= 1
                    else:
                        assert truth.lies(asker, offer.person_id, reason) == []


def test_setting_goals_never_lowers_the_match_of_the_first(any_world):
    """Before the re-rank, at the usual dials, for every k: with those brought in, and without."""
    live = any_world.pipeline.live
    askers = [any_world.row(person) for person in any_world.people]
    for wanted in every_goal(any_world):
        aimed = Query(askers=askers, goals=(wanted,))
        plain = Query(askers=askers)
        after = scores(aimed, filtered(live, aimed, sources(live, aimed)))
        before = scores(plain, filtered(live, plain, sources(live, plain)))
        for line in range(len(askers)):
            new = after.goal_match[line][after.rows[line] >= 0]
            match = dict(zip(after.rows[line], after.goal_match[line], strict=True))
            old = [match[row] for row in before.rows[line] if row >= 0]
            assert (np.cumsum(new)[: len(old)] >= np.cumsum(old) - 1e-5).all()


def test_askers_with_goals_are_answered_in_a_block_as_alone(islands):
    """Exactly, whatever others of the block are brought."""
    rows = [islands.row(person) for person in islands.people]
    goals = (goal(islands, "jam"), goal(islands, "toys", Direction.OFFER))
    dials = Dials(like_mindedness=0, collaboration=0.5, diversity=0.5)
    together = islands.pipeline.answer(Query(askers=rows, goals=goals, dials=dials, limit=7))
    for row, found in zip(rows, together, strict=True):
        alone = islands.pipeline.answer(Query(askers=[row], goals=goals, dials=dials, limit=7))
        assert alone == [found]


def test_a_newcomer_of_whom_nothing_is_stored_gets_a_list(tmp_path):
    """She has no topic of her own and nobody stored; her goals alone make a list."""
    world = World().person("new").works("kit", "bees", 1, 2).works("lou", "cars", 1)
    made = build(world.works("kit", "wax", 3), tmp_path)
    found = [offer.person_id for offer in offered(made, "new", goal(made, "cars"))]
    assert found[0] == "lou"


def test_nobody_asking_is_answered_with_nothing(islands):
    """An empty query has an empty answer, with goals too."""
    assert islands.pipeline.answer(Query(askers=[], goals=(goal(islands, "jam"),))) == []


def test_what_a_model_shows_of_skills_leaves_them_as_they_are():
    """What is too little to be kept goes from the copy alone."""
    skills = sp.csr_matrix(np.float32([[0.0001, 0.5, 0], [0.3, 0, 0.2]]))
    before = skills.toarray()
    assert shown_skills(skills).nnz == 3
    assert (skills.toarray() == before).all()
