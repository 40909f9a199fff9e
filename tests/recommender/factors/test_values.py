"""What each factor says where the right answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain import slate
from recommender.factors import FACTORS, factor_confidence, factor_scorer, pair_confidence
from tests.recommender.factors.looked import look
from tests.world_builder import World
from tests.worlds import workplaces


def value(world, name, asker, contact):
    """One factor of one pair, and how far it is known."""
    profiles, column = world.material.profiles, slate.FACTORS.index(name)
    a, b = (np.array([world.row(person)], np.int32) for person in (asker, contact))
    values, (asked, met) = factor_scorer(profiles)(a, b), factor_confidence(profiles)
    known = pair_confidence(asked[a], met[b], values)
    return float(values[0, column]), float(known[0, column])


@pytest.fixture(scope="module")
def helpers(tmp_path_factory):
    """Ask and ban are both asked by six people; ask answers all, ban nobody."""
    world = World()
    for i in range(6):
        world.talk(f"p{i}", "ask", 5 + i).says(f"p{i}", "ban", 5 + i).works(f"p{i}", "tea", 3)
    return look(world.works("ask", "tea", 1).works("ban", "tea", 1), tmp_path_factory.mktemp("h"))


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
    return look(world.works("lea", "cooking", 2), tmp_path_factory.mktemp("t"))


@pytest.fixture(scope="module")
def tastes(tmp_path_factory):
    """Two camps in one topic: l1 and l2 turn to the same six people, r1 to six others."""
    world = World()
    for camp, names in {"left": ["l1", "l2"], "right": ["r1", "r2"]}.items():
        for name in names:
            world.works(name, "tax", 1, 2, 3)
            for i in range(6):
                world.talk(name, f"{camp}{i}", 2 + i, 12 + i)
    return look(world.works("few", "tax", 1).talk("few", "left0", 3), tmp_path_factory.mktemp("m"))


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
    world = look(workplaces().works("free", "common", 1, 2), tmp_path)
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


def test_those_who_answer_soon_are_more_benevolent_than_those_who_let_people_wait(tmp_path):
    """Both answer everybody who asks, one within the hour, one after ten days."""
    world = World()
    for i in range(6):
        for name, days in {"soon": 0.02, "late": 10}.items():
            world.says(f"p{i}", name, 20 + i).says(name, f"p{i}", 20 + i - days)
        world.works(f"p{i}", "tea", 3)
    made = look(world.works("soon", "tea", 1).works("late", "tea", 1), tmp_path)
    assert value(made, "benevolence", "p0", "soon")[0] > value(made, "benevolence", "p0", "late")[0]


def test_benevolence_is_unknown_of_people_who_were_never_asked(built):
    """Noa has never been addressed."""
    assert value(built("expert_and_askers"), "benevolence", "eva", "noa")[1] == 0


def test_turning_to_the_same_people_is_like_minded_within_one_topic(tastes):
    """All four work on tax alone; two camps turn to different people."""
    same, known = value(tastes, "like_mindedness", "l1", "l2")
    other, _ = value(tastes, "like_mindedness", "l1", "r1")
    assert same > other
    assert known > 0.5


def test_people_who_turn_to_others_in_other_topics_cannot_be_compared(tmp_path):
    """Each turns to the same six, one about tax, one about art: that is no agreement."""
    world = World()
    for name, topic in {"t1": "tax", "t2": "tax", "a1": "art"}.items():
        world.works(name, "tax", 1).works(name, "art", 2)
        for i in range(6):
            world.talk(name, f"guide{i}", 2 + i, 12 + i, topic=topic)
    made = look(world, tmp_path)
    assert value(made, "like_mindedness", "t1", "t2")[1] > 0.5
    assert value(made, "like_mindedness", "t1", "a1") == (0, 0)


def test_like_mindedness_is_told_apart_from_communality(tmp_path):
    """Of 40 people whose interests and guides are drawn apart, neither foretells the other."""
    draw, world = np.random.default_rng(5), World()
    for p in range(40):
        for topic in draw.choice(6, 3, replace=False):
            days = draw.integers(1, 60, draw.integers(1, 8)).tolist()
            world.works(f"p{p:02d}", f"topic{topic}", *days)
        for guide in draw.choice(12, 6, replace=False):
            world.says(f"p{p:02d}", f"guide{guide:02d}", 5, topic="talk")
    made = look(world, tmp_path)
    people = np.array([made.row(f"p{p:02d}") for p in range(40)], np.int32)
    values = factor_scorer(made.material.profiles)(np.repeat(people, 40), np.tile(people, 40))
    apart = np.repeat(people, 40) < np.tile(people, 40)
    shared, alike = (
        values[apart, slate.FACTORS.index(n)] for n in ("communality", "like_mindedness")
    )
    assert (alike > 0).all()
    assert abs(np.corrcoef(shared, alike)[0, 1]) < 0.05
    assert 0.45 < alike.mean() < 0.55


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


def test_who_aims_high_learns_most_from_a_mentor(tmp_path):
    """Lea at level 1 wants to be at level 4: a master teaches her best."""
    world = World().works("lea", "cooking", 2)
    world.add("skills", person_id="lea", topic_id="weaving", level=1)
    world.add("goals", person_id="lea", topic_id="weaving", direction="learn", level=4)
    for level in range(1, 5):
        world.add("skills", person_id=f"level{level}", topic_id="weaving", level=level)
        world.works(f"level{level}", "weaving", 3)
    made = look(world, tmp_path)
    learned = [value(made, "learning", "lea", f"level{level}")[0] for level in range(1, 5)]
    assert learned == sorted(learned)
    assert learned[3] > 2 * learned[1]


def test_who_offers_help_learns_by_helping_somebody_a_step_behind(tmp_path):
    """Tess offers weaving: those who want it are worth most at level 2, others nothing."""
    world = World().wants("tess", "weaving", direction="offer").works("tess", "weaving", 2)
    for level in range(5):
        world.add("skills", person_id=f"level{level}", topic_id="weaving", level=level)
        world.works(f"level{level}", "cooking", 3).wants(f"level{level}", "weaving")
    world.works("else", "cooking", 3).wants("else", "cooking")
    made = look(world, tmp_path)
    learned = [value(made, "learning", "tess", f"level{level}")[0] for level in range(5)]
    assert learned[0] < learned[1] < learned[2]
    assert value(made, "learning", "tess", "else")[0] == 0
    assert value(made, "learning", "tess", "level0")[1] > 0


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
    made = look(world.works("star", "pop", 1), tmp_path)
    known, _ = FACTORS["like_mindedness"].confidence(made.material.profiles)
    assert known[made.row("star")] == 0


def test_a_trend_is_a_topic_of_mine_that_rises(tmp_path):
    """New was quiet until last month, old is in decline; fan works on both."""
    world = World()
    for i in range(6):
        world.works(f"p{i}", "old", *range(200, 360, 20)).works(f"p{i}", "new", 2, 5, 9)
    world.wants("fan", "new", "old").works("fan", "old", 300)
    world.works("fresh", "new", 1, 2).works("stale", "old", 30).works("else", "rest", 1, 300)
    made = look(world, tmp_path)
    timely, _ = value(made, "trends", "fan", "fresh")
    assert timely > 0
    assert value(made, "trends", "fan", "stale")[0] == 0
