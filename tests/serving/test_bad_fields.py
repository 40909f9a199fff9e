"""Every field of every request, with every odd value: answered, or refused by its name."""

from __future__ import annotations

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from recommender.serving.access import DEFAULT
from tests.serving.fakes import Refused
from tests.serving.good_requests import GOOD
from tests.serving.hostile import METHODS, REFUSALS, paths, rejected, related, send, written, wrongs

FIELDS = [
    pytest.param(path, field, id=f"{method.name}-{written(field)}")
    for path, method in METHODS.items()
    for field in paths(method.input_type)
]


@pytest.fixture(scope="module", autouse=True)
def blocked(alone):
    """There is a block to take back."""
    for path, method in METHODS.items():
        if method.name == "CreateBlock":
            send(alone, path, GOOD["CreateBlock"].SerializeToString())


@pytest.mark.parametrize("path", METHODS)
def test_the_good_request_is_answered(alone, path):
    """So that what is refused below is refused for the one field that is wrong."""
    method = METHODS[path]
    told = send(alone, path, GOOD[method.name].SerializeToString())
    assert not isinstance(told, Refused)
    assert [rejected(method, content) for content in told] == [[]] * len(told)


@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_an_odd_value_is_answered_or_refused_by_its_name(alone, path, field):
    """Never an error of the inside; and what is refused costs no work and changes nothing."""
    odd = []
    for wrong in wrongs(METHODS[path], field):
        before = work_done(alone)
        told = send(alone, path, wrong.content)
        if found := fault(told, METHODS[path], field):
            odd.append((wrong.what, found))
        if isinstance(told, Refused) and work_done(alone) != before:
            odd.append((wrong.what, "refused, and yet work was done"))
    assert odd == []
    health = health_pb2_grpc.HealthStub(alone.channel)
    assert health.Check(health_pb2.HealthCheckRequest()).status == 1


def work_done(alone):
    """How many lists were made and changes written."""
    return len(alone.recommender.queries), alone.store.position(DEFAULT)


def fault(told, method, field):
    """What is wrong with what a caller was told, or None."""
    if not isinstance(told, Refused):
        named = [name for content in told for name in rejected(method, content)]
    elif told.code not in REFUSALS or not told.reason:
        return told
    else:
        named = told.fields if told.code is grpc.StatusCode.INVALID_ARGUMENT else []
        if named == ["request"]:  # bytes that are no message at all, and so have no fields
            return None
    if written(field) == "feedback.person_id":
        named = [name for name in named if name != "feedback[0].attribution_token"]  # of another
    return next((name for name in named if not related(name, field, method.input_type)), None)


OK, BAD, UNKNOWN = "OK", "INVALID_ARGUMENT", "NOT_FOUND"
OF_STEERING = {
    "steering.dials": {BAD: "nothing set"},
    "steering.dials.diversity": {
        OK: "largest",
        BAD: "negative, zero, no number, infinite, minus infinite",
    },
    "steering.stage": {OK: "unspecified", BAD: "unknown, negative, largest"},
    "steering.goals": {BAD: "nothing set, nothing set × 10000"},
    "steering.goals.topic_id": {OK: "NUL, backwards", BAD: "empty, a megabyte"},
    "steering.goals.direction": {BAD: "unspecified, unknown, negative, largest"},
    "steering.goals.level": {BAD: "no number, infinite"},
    "scope.exclude_person_ids": {
        OK: "NUL, NUL × 2, a newline",
        BAD: "empty, a megabyte, half a surrogate pair, NUL × 10000",
    },
    "scope.filter": {OK: "empty", BAD: "a megabyte, NUL, half a surrogate pair"},
    "scope.context": {OK: "nothing set"},
    "scope.context.event_object_id": {
        OK: "empty, backwards",
        BAD: "a megabyte, NUL, half a surrogate pair",
    },
    "scope.context.course_object_id": {OK: "empty, backwards", BAD: "a megabyte, NUL"},
    "scope.context.organisation": {OK: "empty, in two forms", BAD: "a megabyte, NUL"},
    "scope.minimum_score": {
        OK: "negative, zero, largest",
        BAD: "no number, infinite, minus infinite",
    },
}
OF_ASKERS = {
    "person_id": {
        BAD: "missing, empty, a megabyte, half a surrogate pair",
        UNKNOWN: "NUL, a newline, backwards, in two forms",
    },
    **OF_STEERING,
}
OF_PAGES = {
    "page_size": {OK: "missing, zero, largest", BAD: "negative, smallest"},
    "page_token": {OK: "missing, empty", BAD: "a megabyte, NUL, backwards"},
    "explain": {OK: "true, false"},
    "validate_only": {OK: "true, false"},
}
OF_ROTATION = {
    "rotation": {OK: "missing, nothing set"},
    "rotation.rate": {OK: "zero", BAD: "negative, no number, infinite, minus infinite, largest"},
    "rotation.window": {BAD: "nothing set"},
    "rotation.window.seconds": {BAD: "negative, zero, largest, smallest"},
}
OF_SILENCE = {
    "min_silence_duration": {OK: "missing", BAD: "nothing set"},
    "min_silence_duration.seconds": {BAD: "negative, zero, largest, smallest"},
}
OF_LISTS = {**OF_ASKERS, **OF_PAGES, **OF_ROTATION}
OF_NAMED_REQUESTS = {"request_id": {OK: "missing, empty", BAD: "a megabyte, NUL, a newline"}}
EXPECTED = {
    "RecommendPeople": OF_LISTS,
    "RecommendReactivations": {**OF_LISTS, **OF_SILENCE},
    "RecommendMaintenance": OF_LISTS,
    "RankPeople": {
        **OF_ASKERS,
        **OF_PAGES,
        "candidate_person_ids": {
            OK: "NUL, NUL × 2, a newline, backwards × 2",
            BAD: "missing, empty, a megabyte, half a surrogate pair, NUL × 10000",
        },
        "include_contacts": {OK: "true, false"},
    },
    "StreamRecommendations": {
        **OF_STEERING,
        **OF_ROTATION,
        **OF_SILENCE,
        "person_ids": {
            OK: "NUL, NUL × 2, backwards",
            BAD: "missing, empty, a megabyte, half a surrogate pair, NUL × 10000",
        },
        "kinds": {OK: "unspecified, missing", BAD: "unknown, negative, largest"},
        "result_limit": {OK: "missing, zero, largest", BAD: "negative, smallest"},
    },
    "ExplainPair": {
        **OF_ASKERS,
        **OF_SILENCE,
        "contact_id": {
            OK: "NUL, a newline, backwards",
            BAD: "missing, empty, a megabyte, half a surrogate pair",
        },
        "kind": {OK: "missing, unspecified", BAD: "unknown, negative, largest"},
    },
    "GetNetwork": {
        "person_id": {BAD: "missing, empty, a megabyte", UNKNOWN: "NUL, backwards"},
        "tie_limit": {OK: "zero, largest", BAD: "negative, smallest"},
    },
    "GetLearner": {"person_id": {OK: "backwards", BAD: "missing, empty, a megabyte, NUL"}},
    "UpdateLearner": {
        "learner": {BAD: "nothing set"},
        "learner.person_id": {BAD: "empty, a megabyte, half a surrogate pair"},
        "learner.profile.level": {BAD: "negative, no number, infinite, largest"},
        "learner.profile.languages": {BAD: "empty, a megabyte, NUL × 10000"},
        "learner.goals": {BAD: "nothing set, nothing set × 10000"},
        "learner.goals.direction": {BAD: "unspecified, unknown"},
        "learner.skills": {BAD: "nothing set, nothing set × 10000"},
        "learner.dials.diversity": {BAD: "negative, no number, infinite"},
        "learner.stage": {OK: "unspecified", BAD: "unknown, negative"},
        "learner.availability.daily_exposure_limit": {OK: "zero, largest", BAD: "negative"},
        "learner.discoverability": {OK: "unspecified", BAD: "unknown, negative"},
        "update_mask.paths": {BAD: "a megabyte, NUL, a newline"},
        **OF_NAMED_REQUESTS,
    },
    "CreateBlock": {
        "block": {BAD: "missing, nothing set"},
        "block.person_id": {BAD: "empty, a megabyte"},
        "block.contact_id": {BAD: "empty, a megabyte"},
        "block.kind": {BAD: "unspecified, unknown, negative"},
        "block.list_kind": {BAD: "unknown, negative"},
        "block.expire_time": {BAD: "nothing set"},
        "block.expire_time.seconds": {BAD: "negative, largest, smallest"},
        **OF_NAMED_REQUESTS,
    },
    "DeleteBlock": {
        "person_id": {BAD: "missing, empty, a megabyte, NUL", UNKNOWN: "backwards"},
        "contact_id": {BAD: "missing, empty, a megabyte, NUL", UNKNOWN: "backwards"},
        "request_id": {BAD: "a megabyte, NUL, a newline"},
    },
    "ListBlocks": {
        "person_id": {OK: "backwards", BAD: "missing, empty, a megabyte, NUL"},
        "page_size": {OK: "zero, largest", BAD: "negative, smallest"},
        "page_token": {OK: "empty", BAD: "a megabyte, NUL"},
        "kind": {OK: "unspecified", BAD: "unknown, negative"},
    },
    "ErasePerson": {
        "person_id": {OK: "backwards", BAD: "missing, empty, a megabyte, NUL"},
        **OF_NAMED_REQUESTS,
    },
    "WriteEvents": {
        "events": {OK: "nothing set", BAD: "missing, nothing set × 10000"},
        "events.activity.weight": {OK: "negative, zero, no number, infinite"},
        **OF_NAMED_REQUESTS,
    },
    "WriteFeedback": {
        "feedback": {OK: "nothing set", BAD: "missing, nothing set × 10000"},
        "feedback.propensity": {OK: "negative, no number, infinite, largest"},
        **OF_NAMED_REQUESTS,
    },
    "GetModel": {"name": {BAD: "missing, a megabyte, NUL"}},
    "ListModels": {"page_size": {OK: "largest", BAD: "negative"}, "page_token": {BAD: "NUL"}},
    "ActivateModel": {
        "name": {
            BAD: "missing, empty, a megabyte, half a surrogate pair",
        },
        "request_id": {OK: "missing, empty", BAD: "a megabyte"},
    },
}
"""What comes of the values that matter most, by method and field."""


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, fields in EXPECTED.items() for field in fields]
)
def test_what_matters_most_ends_as_it_is_written(alone, name, field):
    """By its code, which callers act on."""
    [path] = [path for path, method in METHODS.items() if method.name == name]
    [found] = [way for way in paths(METHODS[path].input_type) if written(way) == field]
    sent = {wrong.what: wrong.content for wrong in wrongs(METHODS[path], found)}
    for code, values in EXPECTED[name][field].items():
        for value in values.split(", "):
            told = send(alone, path, sent[value])
            found = told.code.name if isinstance(told, Refused) else OK
            assert found == code, (value, told)


REJECTED = {
    "WriteEvents": {
        "events.event_id": "empty, a megabyte",
        "events.occur_time.seconds": "largest, smallest",
        "events.activity.person_id": "empty, a megabyte",
        "events.activity.topic_id": "empty, a megabyte",
        "events.activity.verb": "empty, a megabyte",
        "events.activity.weight": "negative, zero, no number, infinite",
        "events.interaction.contact_id": "empty, a megabyte",
        "events.connection_change.contact_id": "empty, a megabyte",
    },
    "WriteFeedback": {
        "feedback.event_id": "empty, a megabyte",
        "feedback.attribution_token": "empty, a megabyte, NUL, backwards",
        "feedback.person_id": "empty, a megabyte, NUL",
        "feedback.contact_id": "empty, a megabyte",
        "feedback.action": "unspecified, unknown, negative",
        "feedback.rank": "negative, smallest",
        "feedback.propensity": "negative, no number, infinite, largest",
        "feedback.surface": "a megabyte",
    },
}
"""Items of a write that are not taken; the others of the same write are."""


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, fields in REJECTED.items() for field in fields]
)
def test_an_item_that_is_wrong_is_not_taken_and_says_where(alone, name, field):
    """By the path of the very field."""
    [path] = [path for path, method in METHODS.items() if method.name == name]
    [found] = [way for way in paths(METHODS[path].input_type) if written(way) == field]
    sent = {wrong.what: wrong.content for wrong in wrongs(METHODS[path], found)}
    for value in REJECTED[name][field].split(", "):
        [reply] = send(alone, path, sent[value])
        [named] = rejected(METHODS[path], reply)
        assert named.replace("[0]", "").removesuffix(".seconds") == field.removesuffix(".seconds")
