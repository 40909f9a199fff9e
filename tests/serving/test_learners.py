"""LearnerService over a real socket, on every kind of database.

Every test has people of its own.
"""

from __future__ import annotations

from recommender.v1 import learner_service_pb2 as pb
from recommender.v1.steering_pb2 import Goal
from tests.serving.fakes import refused
from tests.serving.learners import full, get, given, update


def test_who_decided_nothing_has_the_defaults(anywhere):
    """And an etag, so that a first change can be made to that state alone."""
    found = get(anywhere, "new")
    assert given(found) == pb.Learner(person_id="new")
    assert found.etag
    assert not found.HasField("update_time")


def test_what_a_learner_decides_is_kept(anywhere):
    """Every field, with when it was changed."""
    before = get(anywhere, "full").etag
    said = full("full")
    answer = update(anywhere, said)
    assert given(answer) == said
    assert answer.HasField("update_time")
    assert all(goal.HasField("set_time") for goal in answer.goals)
    assert answer.etag != before
    assert get(anywhere, "full") == answer


def test_without_a_mask_what_is_set_is_changed_and_nothing_else(anywhere):
    """Within the profile and the availability, too."""
    update(anywhere, full("part"))
    change = pb.Learner(person_id="part", profile=pb.Profile(role="chief"), stage=1)
    answer = update(anywhere, change)
    expected = full("part")
    expected.profile.role, expected.stage = "chief", 1
    expected.availability.away_until_time.CopyFrom(answer.availability.away_until_time)
    assert given(answer) == expected


def test_a_mask_clears_what_it_names_and_the_change_does_not_have(anywhere):
    """Whole messages, parts of them, lists and flags."""
    update(anywhere, full("clear"))
    change = pb.Learner(person_id="clear", skills=[pb.Skill(topic_id="new")], stage=3)
    paths = ["goals", "skills", "recommendations_paused", "profile.level", "availability"]
    answer = update(anywhere, change, paths)
    expected = full("clear")
    for name in ("goals", "skills", "recommendations_paused", "availability"):
        expected.ClearField(name)
    expected.profile.ClearField("level")
    expected.skills.add(topic_id="new")
    assert given(answer) == expected


def test_a_star_means_everything(anywhere):
    """What is not set is cleared."""
    update(anywhere, full("star"))
    answer = update(anywhere, pb.Learner(person_id="star", stage=2), ["*"])
    assert given(answer) == pb.Learner(person_id="star", stage=2)


def test_a_goal_that_stays_keeps_its_time(anywhere):
    """Only what is new or different is set now."""
    first = update(anywhere, pb.Learner(person_id="goals", goals=[Goal(topic_id="a", direction=1)]))
    both = [Goal(topic_id="b", direction=1), Goal(topic_id="a", direction=1)]
    second = update(anywhere, pb.Learner(person_id="goals", goals=both))
    assert second.goals[1].set_time == first.goals[0].set_time
    assert second.goals[0].set_time.ToDatetime() > first.goals[0].set_time.ToDatetime()


def test_an_etag_admits_one_of_two_changes(anywhere):
    """The second finds another state."""
    etag = get(anywhere, "etag").etag
    update(anywhere, pb.Learner(person_id="etag", stage=1, etag=etag))
    request = pb.UpdateLearnerRequest(learner=pb.Learner(person_id="etag", stage=2, etag=etag))
    found = refused(anywhere.learners.UpdateLearner, request)
    assert (found.code.name, found.reason) == ("ABORTED", "ETAG_MISMATCH")
    answer = get(anywhere, "etag")
    assert answer.stage == 1
    assert update(anywhere, pb.Learner(person_id="etag", stage=3, etag=answer.etag)).stage == 3


def test_a_change_that_is_only_checked_is_not_made(anywhere):
    """The answer is the learner as she would be."""
    before = update(anywhere, full("check"))
    change = pb.Learner(person_id="check", stage=1)
    answer = update(anywhere, change, validate_only=True)
    expected = given(before)
    expected.stage = 1
    assert given(answer) == expected
    assert get(anywhere, "check") == before


def test_a_named_change_is_made_once(anywhere):
    """Its repetition gets the first answer, whatever was changed since."""
    change = pb.Learner(person_id="once", stage=1)
    first = update(anywhere, change, request_id="once-1")
    update(anywhere, pb.Learner(person_id="once", stage=2))
    assert update(anywhere, change, request_id="once-1") == first
    assert get(anywhere, "once").stage == 2


def test_the_name_of_a_request_is_not_used_for_another(anywhere):
    """Of the same kind or of any other."""
    update(anywhere, pb.Learner(person_id="name", stage=1), request_id="name-1")
    other = pb.UpdateLearnerRequest(
        learner=pb.Learner(person_id="name", stage=2), request_id="name-1"
    )
    erase = pb.ErasePersonRequest(person_id="name", request_id="name-1")
    for call, request in (
        (anywhere.learners.UpdateLearner, other),
        (anywhere.learners.ErasePerson, erase),
    ):
        found = refused(call, request)
        assert (found.code.name, found.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert get(anywhere, "name").stage == 1
