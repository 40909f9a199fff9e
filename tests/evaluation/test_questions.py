"""Questions: who is asked, whom may be answered, and who turned out to be right."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from evaluation.questions import ask
from evaluation.tasks import Task
from recommender.domain.config import EvaluateConfig
from tests.evaluation.looking_back import look_back, named
from tests.world_builder import World

CONFIG = EvaluateConfig()


class Asked:
    """One question of a world, by ids."""

    def __init__(self, known, history, name, config=CONFIG):
        self.known, self.history = known, history
        self.question = ask(known, history, config)[name]
        self.askers = known.snapshot.person_ids.take(self.question.askers)

    def right(self, asker, task):
        """Whom the asker came to address."""
        return named(self.known, self.question.relevant[task])[self.askers.index(asker)]

    def pool(self, asker):
        """Whom the asker may be answered."""
        return named(self.known, self.question.pool)[self.askers.index(asker)]


def first_meetings():
    """What uma did in the 90 days after, and why each counts or does not."""
    world = World()
    for name in ("uma", "ann", "zed", "late", "met", "wasmet", "hid", "blocker", "muted", "tied"):
        world.works(name, "maps", 1)
    world.says("uma", "ann", -10).says("ann", "uma", -89.9)  # new, and answered
    world.says("uma", "zed", 0).says("zed", "uma", -90)  # at the cutoff; answered too late
    world.says("uma", "late", -90)  # at the end of the horizon
    world.says("uma", "met", 400, -5).says("wasmet", "uma", 400).says("uma", "wasmet", -5)
    world.says("uma", "nobody", -5)  # never seen before
    world.person("paper").says("uma", "paper", -5)  # declared, never seen
    world.person("hid", discoverable=False).says("uma", "hid", -5)
    world.blocks("blocker", "uma").says("uma", "blocker", -5)
    world.blocks("uma", "muted", "mute").says("uma", "muted", -5)
    world.connects("uma", "tied").says("uma", "tied", -5)
    world.works("sleepy", "maps", 180.001).says("sleepy", "ann", -3)
    return world.works("drowsy", "maps", 180).says("hid", "ann", -3)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return Asked(*look_back(first_meetings(), tmp_path_factory.mktemp("people")), "people")


def test_right_are_those_whom_the_asker_addresses_for_the_first_time(people):
    """Seen before, in the horizon, not known to her, not kept from her, not hidden."""
    assert people.right("uma", Task.PEOPLE) == {"ann", "zed"}


def test_reciprocated_are_those_who_address_the_asker_too(people):
    """Within the same horizon."""
    assert people.right("uma", Task.RECIPROCATED) == {"ann"}


def test_being_addressed_alone_is_no_answer(people):
    """Ann addresses uma, and so uma is right for ann; zed's answer came too late."""
    assert people.right("ann", Task.PEOPLE) == {"uma"}
    assert people.right("zed", Task.PEOPLE) == set()


def test_everyone_seen_in_the_active_days_is_asked(people):
    """With an answer or without; who was seen exactly so long ago, too; who hides herself, too."""
    assert {"drowsy", "hid", "late"} <= set(people.askers)
    assert not {"sleepy", "paper", "nobody"} & set(people.askers)
    assert people.right("hid", Task.PEOPLE) == {"ann"}


def test_all_who_are_asked_stand_for_everyone_where_there_is_no_limit(people):
    """And anybody may be answered."""
    assert people.question.panel.all()
    assert people.question.pool is None
    assert (np.diff(people.question.askers) > 0).all()
    assert people.question.askers.dtype == np.int32


def old_ties():
    """Ola, who has six dormant ties and others that are none; pia, who has four; rex, who left."""
    world = World().works("ola", "maps", 5).works("pia", "maps", 90).works("rex", "maps", 90.001)
    for place in range(6):
        world.says("ola", f"t{place}", 200).says(f"t{place}", "ola", 120)
        world.says("rex", f"t{place}", 200, 300)
    for place in range(4):
        world.says("pia", f"t{place}", 200, 300)
    world.says("ola", "once", 199.9, 199.2)  # on one day only
    world.says("ola", "border", 200, 90).says("ola", "beyond", 200, 90.001)
    for name in ("blocked", "muted", "hidden"):
        world.says("ola", name, 200, 300).says("ola", name, -3)
    world.blocks("blocked", "ola").blocks("ola", "muted", "mute")
    world.person("hidden", discoverable=False)
    world.says("ola", "t0", 0).says("ola", "t1", -179.9).says("ola", "t2", -180)
    return world.says("t3", "ola", -3).says("ola", "once", -3).says("rex", "t4", -3)


@pytest.fixture(scope="module")
def dormant(tmp_path_factory):
    return Asked(*look_back(old_ties(), tmp_path_factory.mktemp("dormant")), "reactivation")


DORMANT = {"t0", "t1", "t2", "t3", "t4", "t5", "beyond"}


def test_dormant_ties_are_real_silent_and_not_kept_from_the_asker(dormant):
    """Two days of contact in whichever direction, none in the last 90 days."""
    assert dormant.pool("ola") == DORMANT


def test_right_are_dormant_ties_that_the_asker_addresses_again(dormant):
    """From the cutoff on, for 180 days; being addressed is not enough."""
    assert dormant.right("ola", Task.REACTIVATION) == {"t0", "t1"}


def test_asked_is_who_is_around_and_has_five_dormant_ties(dormant):
    """Pia has four, and rex was last seen longer ago than the silence lasts."""
    assert dormant.askers == ["ola"]


def going_quiet():
    """Ola's ties, all with people who are around, quiet for more or less than is usual."""
    world = World().works("ola", "maps", *range(0, 400, 2)).works("pia", "maps", *range(0, 400, 2))
    for name, (since, gap) in {
        "weekly": (40, 7), "monthly": (40, 40), "daily": (12, 2), "lately": (9, 7),
        "long": (95, 22), "gone": (300, 7),
    }.items():  # fmt: skip
        world.works(name, "maps", *range(0, 400, 2))
        world.talk("ola", name, *(since + gap * turn for turn in range(8)))
    for name in ("solo", "muted"):
        world.works(name, "maps", *range(0, 400, 2))
    world.talk("pia", "solo", *range(40, 96, 7)).talk("ola", "muted", *range(40, 96, 7))
    world.blocks("ola", "muted", "mute").says("ola", "weekly", -170).says("ola", "long", -1)
    return world.says("pia", "solo", -1)


@pytest.fixture(scope="module")
def fading(tmp_path_factory):
    return Asked(*look_back(going_quiet(), tmp_path_factory.mktemp("fading")), "fading")


def test_fading_ties_are_quieter_than_is_usual_for_them(fading):
    """Monthly and lately are as ever; long has been silent for more than 90 days."""
    assert fading.pool("ola") == {"weekly", "daily"}


def test_right_are_fading_ties_that_the_asker_addresses_again(fading):
    """One that was dormant already is another question's."""
    assert fading.right("ola", Task.FADING) == {"weekly"}


def test_asked_is_who_has_two_fading_ties(fading):
    """Pia has one, and of one there is nothing to rank."""
    assert fading.askers == ["ola"]


def test_no_tie_is_dormant_and_fading(fading):
    """Whatever the silence, each is in at most one pool."""
    for days in (30, 60, 90, 365):
        questions = ask(fading.known, fading.history, EvaluateConfig(silence_days=days))
        pools = [questions[name] for name in ("reactivation", "fading")]
        cells = [{(q.askers[a], v) for a, v in zip(*q.pool.nonzero(), strict=True)} for q in pools]
        assert not cells[0] & cells[1]


def by_hash(people):
    """In the order of the MD5 of their ids."""
    return sorted(people, key=lambda person: hashlib.md5(person.encode()).hexdigest())


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Twelve people who could ask and target, whom four of them address."""
    world = World().works("target", "maps", 1)
    for place in range(12):
        world.works(f"ü{place}", "maps", 1)
        if place % 3 == 0:
            world.says(f"ü{place}", "target", -1)
    return look_back(world, tmp_path_factory.mktemp("crowd"))


@pytest.mark.parametrize("limit", [1, 3, 6, 100])
def test_a_limit_holds_for_those_with_an_answer_and_again_for_the_panel(crowd, limit):
    """The first by hash of each; whoever is both is asked once."""
    asked = Asked(*crowd, "people", EvaluateConfig(askers=limit))
    everyone = [f"ü{place}" for place in range(12)]
    panel = by_hash([*everyone, "target"])[:limit]
    answered = by_hash(everyone[::3])[:limit]
    assert asked.askers == sorted({*panel, *answered})
    assert {p for p, m in zip(asked.askers, asked.question.panel, strict=True) if m} == set(panel)
    assert asked.question.relevant[Task.PEOPLE].shape == (len(asked.askers), 13)
    assert all(asked.right(person, Task.PEOPLE) == {"target"} for person in answered)


def test_a_limit_cuts_the_pools_to_those_who_are_asked(tmp_path):
    """A line of every pattern for every asker."""
    world = World()
    for name in ("u1", "u2", "u3"):
        world.works(name, "maps", 1)
        for place in range(5):
            world.says(name, f"t{place}", 200, 300)
    asked = Asked(*look_back(world, tmp_path), "reactivation", EvaluateConfig(askers=1))
    assert asked.askers == by_hash(["u1", "u2", "u3"])[:1]
    assert named(asked.known, asked.question.pool) == [{"t0", "t1", "t2", "t3", "t4"}]
    assert asked.question.relevant[Task.REACTIVATION].shape == (1, asked.known.people)


def test_a_community_that_never_spoke_is_asked_all_the_same(tmp_path):
    """Everyone active, without any answer; nobody has ties."""
    known, history = look_back(World().works("ann", "maps", 1).works("bob", "maps", 2), tmp_path)
    questions = ask(known, history, CONFIG)
    assert [len(q.askers) for q in questions.values()] == [2, 0, 0]
    assert sum(m.nnz for q in questions.values() for m in q.relevant.values()) == 0
