"""Every field of every request, with every odd value: answered, or refused by its name."""

from __future__ import annotations

import re

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.serving.good_requests import GOOD
from tests.serving.hostile import METHODS, REFUSALS, exists, paths, send, written, wrongs

FIELDS = [
    pytest.param(path, field, id=f"{method.name}-{written(field)}")
    for path, method in METHODS.items()
    for field in paths(method.input_type)
]


@pytest.mark.parametrize("path", METHODS)
def test_the_good_request_is_answered(alone, path):
    """So that what is refused below is refused for the one field that is wrong."""
    assert send(alone.channel, path, GOOD[METHODS[path].name].SerializeToString()) is None


@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_an_odd_value_is_answered_or_refused_by_its_name(alone, path, field):
    """Never an error of the inside; and what is refused costs no work."""
    odd = []
    for wrong in wrongs(METHODS[path], field):
        worked = len(alone.recommender.queries)
        refusal = send(alone.channel, path, wrong.content)
        if refusal is not None and fault(refusal, METHODS[path], field):
            odd.append((wrong.what, refusal.code, refusal.fields, refusal.message[:200]))
        if refusal is not None and len(alone.recommender.queries) != worked:
            odd.append((wrong.what, "work was done"))
    assert odd == []
    health = health_pb2_grpc.HealthStub(alone.channel)
    assert health.Check(health_pb2.HealthCheckRequest()).status == 1


OK, BAD, UNKNOWN = "OK", "INVALID_ARGUMENT", "NOT_FOUND"
OF_LISTS = {
    "person_id": {
        BAD: "missing, empty, a megabyte, half a surrogate pair",
        UNKNOWN: "NUL, a newline, backwards, in two forms",
    },
    "page_size": {OK: "missing, zero, largest", BAD: "negative, smallest"},
    "page_token": {OK: "missing, empty", BAD: "a megabyte, NUL, backwards"},
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
    "scope.minimum_score": {BAD: "no number, infinite, minus infinite"},
    "rotation.rate": {BAD: "negative, no number, infinite"},
    "rotation.window.seconds": {BAD: "negative, largest, smallest"},
    "validate_only": {OK: "true, false"},
}
EXPECTED = {
    "RecommendPeople": OF_LISTS,
    "RecommendReactivations": OF_LISTS,
    "RecommendMaintenance": OF_LISTS,
    "GetNetwork": {
        "person_id": {BAD: "missing, empty, a megabyte", UNKNOWN: "NUL, backwards"},
        "tie_limit": {OK: "zero, largest", BAD: "negative, smallest"},
    },
    "GetModel": {"name": {BAD: "missing, a megabyte, NUL"}},
    "ListModels": {"page_size": {OK: "largest", BAD: "negative"}, "page_token": {BAD: "NUL"}},
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
            refusal = send(alone.channel, path, sent[value])
            assert (refusal.code.name if refusal else OK) == code, (value, refusal)


def fault(refusal, method, field):
    """Whether a refusal is not what it should be: of the field, or of what it is in or holds."""
    if refusal.code not in REFUSALS or not refusal.reason:
        return True
    if refusal.code is not grpc.StatusCode.INVALID_ARGUMENT:
        return False
    [named] = refusal.fields
    if named == "request":  # bytes that are no message at all, and so have no fields
        return False
    plain, own = re.sub(r"\[\d+\]", "", named), written(field)
    related = plain == own or plain.startswith(f"{own}.") or own.startswith(f"{plain}.")
    return not (related and exists(named, method.input_type))
