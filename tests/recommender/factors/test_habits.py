"""What is said of people's ways: whether and how soon they answer, and when they were seen."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.factors.habits import NEVER, Answers, Pace, build_habits
from tests.recommender.factors.looked import look
from tests.world_builder import World, ago


@pytest.fixture(scope="module")
def habits(tmp_path_factory):
    """A function from a person to her habits, in a community of known ways."""
    world = World()
    for i in range(6):
        world.says(f"p{i}", "prompt", 30 + i).says("prompt", f"p{i}", 29.5 + i)
        world.says(f"p{i}", "slow", 30 + i).says("slow", f"p{i}", 10 + i)
        world.says(f"p{i}", "silent", 30 + i)
    world.says("silent", "p0", 100).says("p0", "asked", 3).works("asked", "tea", 80)
    world.works("fresh", "tea", 3, 4).works("busy", "tea", 1, 2, 3, 4, 5, 6)
    world.person("ghost").person("late", joined_at=ago(400).isoformat()).works("late", "tea", 2)
    world.add("activities", person_id="reader", topic_id="tea", occurred_at=ago(1), verb="view")
    made = look(world, tmp_path_factory.mktemp("habits"))
    found = build_habits(made.snapshot, made.material.profiles)

    def of(person):
        row = made.row(person)
        columns = (found.pace, found.answers, found.weeks_away, found.newcomer)
        return tuple(column[row].item() for column in columns)

    return of


def test_who_answers_all_within_a_day_is_said_to(habits):
    """Six people asked, and had an answer half a day later."""
    assert habits("prompt")[:2] == (Pace.DAY, Answers.MOSTLY)


def test_who_answers_after_weeks_answers_though_late(habits):
    """Twenty days each."""
    assert habits("slow")[:2] == (Pace.LONGER, Answers.MOSTLY)


def test_who_answered_one_of_six_answers_rarely(habits):
    """And that before she was asked: her pace is unknown."""
    assert habits("silent")[:2] == (Pace.UNKNOWN, Answers.RARELY)


def test_of_who_was_asked_once_nothing_is_said(habits):
    """Fewer than five tell nothing."""
    assert habits("asked")[:2] == (Pace.UNKNOWN, Answers.UNKNOWN)


def test_weeks_are_counted_from_when_somebody_was_last_seen_doing_something(habits):
    """Having looked at something, or being addressed, is not being seen."""
    assert habits("asked")[2] == 80 // 7
    assert habits("busy")[2] == 0
    assert habits("reader")[2] == NEVER
    assert habits("ghost")[2] == NEVER


def test_new_is_who_came_lately_and_did_little(habits):
    """Not who joined long ago, nor who did much, nor of whom nothing is known."""
    people = ("fresh", "busy", "late", "ghost", "asked")
    assert [person for person in people if habits(person)[3]] == ["fresh", "asked"]


def test_habits_are_bytes_for_everyone(any_world):
    """Types and ranges, in every world."""
    found = build_habits(any_world.snapshot, any_world.material.profiles)
    assert (found.pace.dtype, found.answers.dtype) == (np.uint8, np.uint8)
    assert (found.weeks_away.dtype, found.newcomer.dtype) == (np.uint16, bool)
    assert len(found.pace) == len(found.weeks_away) == len(any_world.people)
    assert found.pace.max(initial=0) <= max(Pace)
    assert found.answers.max(initial=0) <= max(Answers)
