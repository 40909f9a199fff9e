"""Those of whom next to nothing is known: newcomers get a list, and newcomers are found."""

from __future__ import annotations

import itertools

import pytest

from recommender.domain.answer import ReasonKind
from recommender.domain.slate import Query
from tests.world_builder import World, ago, build
from tests.worlds import two_tongues

FIELDS = ("garden", "music", "code")


def fields() -> World:
    """Three groups of six, each of its own field; in each one answers and another does not."""
    world = World()
    for field in FIELDS:
        names = [f"{field}-{role}" for role in ("willing", "mute", "c", "d", "e", "f")]
        for place, name in enumerate(names):
            world.works(name, field, 2 + place / 10, 9, 20)
        for a, b in itertools.combinations(names[2:], 2):
            world.talk(a, b, 4, 30, topic=field)
        for asker in names[2:]:
            for day in (3, 12, 25):
                world.says(asker, names[0], day, topic=field).says(
                    asker, names[1], day, topic=field
                )
                world.says(names[0], asker, day - 0.1, topic=field)
    for place in range(4):
        world.talk(f"cook{place}", f"cook{(place + 1) % 4}", 3, 15, topic="cooking")
        world.works(f"cook{place}", "cooking", 1, 5)
    return world.works("garden-f", "music", 6).talk("garden-f", "music-f", 8, topic="music")


def follows(world: World, person: str, *topics: str) -> World:
    """`person` pressed follow on each topic yesterday, and did nothing else."""
    for topic in topics:
        world.add("activities", person_id=person, topic_id=topic, occurred_at=ago(1), verb="follow")
    return world


@pytest.fixture(scope="module")
def arrived(tmp_path_factory):
    """Nell has three topics and a goal; blank has nothing; sage only says what she knows."""
    world = follows(fields(), "nell", "garden", "music", "code").wants("nell", "code")
    world.person("blank")
    world.add("skills", person_id="sage", topic_id="code", level=4)
    world.wants("giver", "garden", direction="offer").wants("eager", "code")
    return build(world, tmp_path_factory.mktemp("arrived"))


def field_of(person):
    return person.split("-")[0]


def test_a_newcomer_with_three_topics_and_a_goal_gets_a_whole_list_at_once(arrived):
    """Of people in her topics; nobody of another field comes before them."""
    offered = arrived.recommended("nell", limit=10)
    assert len(offered) == 10
    known = {*FIELDS, "sage", "giver", "eager"}
    assert all(field_of(person) in known for person in offered)


def test_a_newcomer_meets_more_than_one_community(arrived):
    """Her three topics are three groups, and all three are among the first ten."""
    offered = arrived.recommended("nell", limit=10)
    assert {field_of(person) for person in offered} >= set(FIELDS)


def test_a_newcomers_goal_comes_first(arrived):
    """She follows three topics and wants to learn one of them: it leads her list."""
    assert field_of(arrived.recommended("nell", limit=1)[0]) in {"code", "sage"}


def test_a_newcomer_is_shown_who_answers_before_who_does_not(arrived):
    """Both did the same work and were asked the same; only one of them answered."""
    offered = arrived.recommended("nell", limit=30)
    for field in FIELDS:
        assert offered.index(f"{field}-willing") < offered.index(f"{field}-mute")


def test_a_goal_alone_is_enough(arrived):
    """Eager has done nothing at all but name a goal."""
    offered = arrived.recommended("eager", limit=5)
    assert len(offered) == 5
    assert {field_of(person) for person in offered} <= {"code", "sage"}


def offer_of(world, asker, other):
    """What is said to one of another."""
    [offers] = world.pipeline.answer(Query(askers=[world.row(asker)], limit=100))
    found = {offer.person_id: offer for offer in offers}
    assert other in found
    return {reason.kind: reason for reason in found[other].reasons}


def test_whoever_only_says_what_she_knows_is_found_for_a_goal(arrived):
    """Sage did nothing but declare a skill in code, which nell and eager want to learn."""
    for asker in ("nell", "eager"):
        said = offer_of(arrived, asker, "sage")[ReasonKind.GOAL_MATCHES]
        assert [topic.id for topic in said.topics] == ["code"]


def test_whoever_only_offers_help_is_found_for_a_goal(tmp_path):
    """Giver did nothing but offer help with gardens, which keen wants to learn."""
    world = fields().wants("giver", "garden", direction="offer").wants("keen", "garden")
    said = offer_of(build(world, tmp_path), "keen", "giver")[ReasonKind.GOAL_MATCHES]
    assert [topic.id for topic in said.topics] == ["garden"]


def test_whose_topics_nobody_shares_is_offered_people_of_near_ones(tmp_path):
    """Noa alone follows the keeping of bees by its third name; whoever keeps bees comes first."""
    world = two_tongues().add("topics", topic_id="east-1", label="keeping bees")
    made = build(follows(world, "noa", "east-1"), tmp_path)
    keepers = {"north10", "north11", "south10", "south11"}
    assert set(made.recommended("noa", limit=4)) == keepers
    for keeper in keepers:
        said = offer_of(made, "noa", keeper)[ReasonKind.NEAR_TOPICS]
        assert [topic.id for topic in said.topics] == [f"{keeper[:5]}-1"]


def test_somebody_with_nothing_at_all_gets_who_is_around(arrived):
    """A generic list of people active lately, rather than none, and not all of one field."""
    offered = arrived.recommended("blank", limit=10)
    assert len(offered) == 10
    assert len({field_of(person) for person in offered}) > 1
    last = {fact["person_id"] for fact in arrived.world.tables["activities"]}
    assert set(offered) <= last


def test_everyone_offered_comes_with_a_reason(arrived):
    """Cold or not."""
    pipeline = arrived.pipeline
    for asker in ("nell", "blank", "eager"):
        for offer in pipeline.answer(Query(askers=[arrived.row(asker)], limit=30))[0]:
            assert offer.reasons


def test_a_newcomer_who_only_says_what_she_wants_is_found(built):
    """Silent joined four days ago and wants tea, as me does; nothing else is known of her."""
    said = offer_of(built("arrivals"), "me", "silent")
    assert ReasonKind.NEWCOMERS in said
