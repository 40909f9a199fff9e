"""What each factor says where the right answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.factors import FACTORS
from tests.world_builder import World, build
from tests.worlds import workplaces


def value(world, name, asker, contact):
    """One factor of one pair, and how far it is known."""
    profiles = world.material.profiles
    a, b = (np.array([world.row(person)], np.int32) for person in (asker, contact))
    asked, met = FACTORS[name].confidence(profiles)
    known = min(float(asked[a[0]]), float(met[b[0]]))
    return float(FACTORS[name].scorer(profiles)(a, b)[0]), known


@pytest.fixture(scope="module")
def helpers(tmp_path_factory):
    """Ask and ban are both asked by six people; ask answers all, ban nobody."""
    world = World()
    for i in range(6):
        world.talk(f"p{i}", "ask", 5 + i).says(f"p{i}", "ban", 5 + i).works(f"p{i}", "tea", 3)
    return build(world.works("ask", "tea", 1).works("ban", "tea", 1), tmp_path_factory.mktemp("h"))


@pytest.fixture(scope="module")
def teachers(tmp_path_factory):
    """Lea is at level 1 of weaving and wants more of it; teachers of levels 1 to 4 are there."""
    world = (
        World().wants("lea", "weaving").add("skills", person_id="lea", topic_id="weaving", level=1)
    )
    for level in range(1, 5):
        name = f"level{level}"
        world.add("skills", person_id=name, topic_id="weaving", level=level)
        world.works(name, "weaving", 3)
    world.works("nobody", "cooking", 4)
    return build(world.works("lea", "cooking", 2), tmp_path_factory.mktemp("t"))


@pytest.fixture(scope="module")
def tastes(tmp_path_factory):
    """Two camps in one topic: l1 and l2 turn to the same six people, r1 to six others."""
    world = World()
    for camp, names in {"left": ["l1", "l2"], "right": ["r1", "r2"]}.items():
        for name in names:
            world.works(name, "tax", 1, 2, 3)
            for i in range(6):
                world.talk(name, f"{camp}{i}", 2 + i, 12 + i)
    return build(world.works("few", "tax", 1).talk("few", "left0", 3), tmp_path_factory.mktemp("m"))


def test_communality_is_high_for_shared_topics_and_0_for_none(built):
    """Black people share topics with black people only."""
    world = built("checkerboard")
    shared, _ = value(world, "communality", "black0", "black1")
    apart, _ = value(world, "communality", "black0", "white1")
    assert shared > 0.3
    assert apart == 0


def test_an_organisation_that_works_on_my_goals_is_worth_more(built):
    """w0 wants to learn what Bolt works on, and is at Acme herself."""
    world = built("workplaces")
    bolt, known = value(world, "organisation", "w0", "w1")
    acme, _ = value(world, "organisation", "w0", "w2")
    assert bolt > acme
    assert known > 0


def test_an_organisation_that_is_not_declared_is_unknown(tmp_path):
    """Value and confidence are 0."""
    world = build(workplaces().works("free", "common", 1, 2), tmp_path)
    assert value(world, "organisation", "w0", "free") == (0, 0)


def test_a_network_is_worth_something_where_contacts_work_on_my_goals(built):
    """Eva knows everybody in glass; noa knows nobody."""
    world = built("expert_and_askers")
    reach, known = value(world, "network", "noa", "eva")
    assert reach > 0
    assert known > 0
    assert value(world, "network", "eva", "noa") == (0, 0)


def test_the_expert_whom_all_turn_to_has_the_best_reputation(built):
    """Eva gets more answers per contribution than anyone in glass."""
    world = built("expert_and_askers")
    best, _ = value(world, "reputation", "noa", "eva")
    assert all(value(world, "reputation", "noa", other)[0] <= best for other in world.people)
    assert value(world, "reputation", "noa", "noa")[0] < best


def test_those_who_answer_are_more_benevolent_than_those_who_do_not(helpers):
    """Both were asked by as many."""
    willing, known = value(helpers, "benevolence", "p0", "ask")
    silent, as_known = value(helpers, "benevolence", "p0", "ban")
    assert willing > silent
    assert known == as_known > 0.5


def test_benevolence_is_unknown_of_people_who_were_never_asked(built):
    """Noa has never been addressed."""
    assert value(built("expert_and_askers"), "benevolence", "eva", "noa")[1] == 0


def test_turning_to_the_same_people_is_like_minded_within_one_topic(tastes):
    """All four work on tax alone; two camps turn to different people."""
    same, known = value(tastes, "like_mindedness", "l1", "l2")
    other, _ = value(tastes, "like_mindedness", "l1", "r1")
    assert same > other
    assert known > 0.5


def test_like_mindedness_is_unknown_below_five_contacts(tastes):
    """Few has one contact."""
    assert value(tastes, "like_mindedness", "l1", "few")[1] == 0


def test_collaboration_needs_that_each_has_what_the_other_wants(built):
    """w6 knows Acme's field and wants Bolt's; w7 knows Bolt's and wants Acme's."""
    world = built("workplaces")
    match, _ = value(world, "collaboration", "w6", "w7")
    same_side, _ = value(world, "collaboration", "w4", "w6")
    assert match > same_side


def test_people_without_a_common_language_cannot_collaborate(built):
    """w6 speaks Greek alone; w1 French and German."""
    world = built("workplaces")
    assert value(world, "collaboration", "w6", "w1")[0] == 0
    assert value(world, "collaboration", "w0", "w1")[0] > 0


def test_collaboration_is_mutual_but_for_who_is_around(built):
    """The match of skills and goals is the same from both sides."""
    world = built("workplaces")
    active = world.material.profiles.active
    there, _ = value(world, "collaboration", "w0", "w1")
    back, _ = value(world, "collaboration", "w1", "w0")
    feasible = np.sqrt(active[world.row("w1")] / active[world.row("w0")])
    assert there == pytest.approx(back * feasible, rel=1e-5)


def test_one_level_ahead_teaches_best(teachers):
    """Lea at level 1 learns most from level 2, then 1 and 3 alike, then 4."""
    learned = [value(teachers, "learning", "lea", f"level{level}")[0] for level in range(1, 5)]
    assert learned[1] == max(learned)
    assert learned[0] == pytest.approx(learned[2])
    assert learned[3] < learned[2]


def test_somebody_without_the_skill_teaches_nothing(teachers):
    """Level 0 of what lea wants to learn is worth nothing, whatever lea's own level."""
    assert value(teachers, "learning", "level1", "lea")[0] > 0
    assert value(teachers, "learning", "level1", "level1")[0] > 0
    unskilled = [value(teachers, "learning", name, "nobody")[0] for name in ("lea", "level4")]
    assert unskilled == [0, 0]


def test_a_taste_is_known_of_those_who_turn_to_others_alone(tmp_path):
    """Star is addressed by a dozen and addresses nobody; her taste is unknown."""
    world = World()
    for i in range(12):
        world.says(f"fan{i:02d}", "star", 3 + i, topic="pop").works(f"fan{i:02d}", "pop", 2)
    made = build(world.works("star", "pop", 1), tmp_path)
    known, _ = FACTORS["like_mindedness"].confidence(made.material.profiles)
    assert known[made.row("star")] == 0


def test_a_trend_is_a_topic_of_mine_that_rises(tmp_path):
    """New was quiet until last month, old is in decline; fan works on both."""
    world = World()
    for i in range(6):
        world.works(f"p{i}", "old", *range(200, 360, 20)).works(f"p{i}", "new", 2, 5, 9)
    world.wants("fan", "new", "old").works("fan", "old", 300)
    world.works("fresh", "new", 1, 2).works("stale", "old", 30).works("else", "rest", 1, 300)
    made = build(world, tmp_path)
    timely, _ = value(made, "trends", "fan", "fresh")
    assert timely > 0
    assert value(made, "trends", "fan", "stale")[0] == 0
