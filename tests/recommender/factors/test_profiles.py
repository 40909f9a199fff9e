"""What the factors read of a person."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.factors.profiles import build_profiles
from tests.recommender.factors.looked import look
from tests.world_builder import World


def cell(world, matrix, person, topic):
    """One value of a person × topic matrix."""
    return float(matrix[world.row(person), world.snapshot.topic_ids.row(topic)])


def test_interests_and_recent_interests_are_of_length_1_or_0(any_world):
    """Rows with topics that tell people apart are unit vectors."""
    profiles = any_world.material.profiles
    for matrix in (profiles.interests, profiles.recent):
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        assert all(x == pytest.approx(1, abs=1e-5) or x == 0 for x in lengths)


def test_goals_are_shares(any_world):
    """They sum to 1 for everyone who has declared goals or interests."""
    sums = np.asarray(any_world.material.profiles.goals.sum(axis=1)).ravel()
    assert all(x == pytest.approx(1, abs=1e-5) or x == 0 for x in sums)


def test_declared_goals_stand_alone(built):
    """Noa works on her hobby, but wants to learn glass and nothing else."""
    world = built("expert_and_askers")
    goals = world.material.profiles.goals
    assert cell(world, goals, "noa", "glass") == pytest.approx(1)
    assert world.material.profiles.declared_goals[world.row("noa")] == 1


def test_without_declared_goals_interests_stand_for_them(built):
    """Black0 declared nothing."""
    world = built("checkerboard")
    assert cell(world, world.material.profiles.goals, "black0", "black-topic0") > 0
    assert world.material.profiles.declared_goals[world.row("black0")] == 0


def test_declared_and_offered_skills_are_taken_at_their_word(tmp_path):
    """A level over 4, an offer as level 3, of both the greater."""
    world = World().works("a", "tin", 1).works("b", "zinc", 1)
    for person, level in {"a": 1, "b": 4, "c": 0}.items():
        world.add("skills", person_id=person, topic_id="tin", level=level)
    world.wants("a", "tin", direction="offer").wants("d", "tin", direction="offer")
    made = look(world, tmp_path)
    skills = made.material.profiles.skills
    assert [cell(made, skills, name, "tin") for name in "abcd"] == [0.75, 1.0, 0.0, 0.75]


def test_every_share_and_percentile_is_between_0_and_1(any_world):
    """Standing, skills, help, presence."""
    profiles = any_world.material.profiles
    for values in (
        profiles.standing.data,
        profiles.skills.data,
        profiles.helped,
        profiles.active,
    ):
        assert np.isfinite(values).all()
        assert ((values >= 0) & (values <= 1)).all()


def test_answered_never_exceeds_asked(any_world):
    """Who got a reply has asked."""
    profiles = any_world.material.profiles
    assert (profiles.answered <= profiles.asked).all()


def test_profiles_are_the_same_again(built):
    """Nothing in them is random."""
    world = built("workplaces")
    again = build_profiles(world.snapshot, world.ties)
    for name in again.__slots__:
        one, two = getattr(again, name), getattr(world.material.profiles, name)
        same = (one != two).nnz == 0 if hasattr(one, "indptr") else np.array_equal(one, two)
        assert same, name
