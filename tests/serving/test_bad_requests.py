"""Every field of a request, wrong: INVALID_ARGUMENT that names it, and no work done."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.steering_pb2 import Context, Dials, Goal, Rotation, Scope, Stage, Steering
from tests.serving.fakes import refused

INFINITE, UNDEFINED = float("inf"), float("nan")


def dials(**values):
    return {"steering": Steering(dials=Dials(**values))}


def goals(*values):
    return {"steering": Steering(goals=[Goal(**fields) for fields in values])}


BAD = [
    ({"person_id": ""}, "person_id"),
    ({"person_id": "x" * 257}, "person_id"),
    ({"person_id": "é" * 129}, "person_id"),
    ({"page_size": -1}, "page_size"),
    ({"page_size": -(2**31)}, "page_size"),
    (dials(), "steering.dials"),
    (dials(diversity=-1), "steering.dials.diversity"),
    (dials(like_mindedness=UNDEFINED), "steering.dials.like_mindedness"),
    (dials(collaboration=INFINITE), "steering.dials.collaboration"),
    ({"steering": Steering(stage=99)}, "steering.stage"),
    (goals({"topic_id": "t"}), "steering.goals[0].direction"),
    (goals({"topic_id": "t", "direction": 9}), "steering.goals[0].direction"),
    (goals({"topic_id": "t", "direction": 1}, {"direction": 2}), "steering.goals[1].topic_id"),
    (goals({"topic_id": "t" * 257, "direction": 1}), "steering.goals[0].topic_id"),
    (goals({"topic_id": "t", "direction": 1, "level": 4.01}), "steering.goals[0].level"),
    (goals({"topic_id": "t", "direction": 1, "level": -0.5}), "steering.goals[0].level"),
    (goals({"topic_id": "t", "direction": 1, "level": UNDEFINED}), "steering.goals[0].level"),
    (goals({"topic_id": "t", "direction": 1, "level": INFINITE}), "steering.goals[0].level"),
    (goals(*[{"topic_id": "t", "direction": 1}] * 21), "steering.goals"),
    ({"scope": Scope(exclude_person_ids=["a"] * 1001)}, "scope.exclude_person_ids"),
    ({"scope": Scope(exclude_person_ids=["a", ""])}, "scope.exclude_person_ids[1]"),
    ({"scope": Scope(exclude_person_ids=["a" * 300])}, "scope.exclude_person_ids[0]"),
    ({"scope": Scope(filter='role ="x')}, "scope.filter"),
    ({"scope": Scope(filter="a" * 1001)}, "scope.filter"),
    ({"scope": Scope(context=Context(event_object_id="x" * 257))}, "scope.context.event_object_id"),
    ({"scope": Scope(context=Context(organisation="x" * 257))}, "scope.context.organisation"),
    ({"scope": Scope(minimum_score=UNDEFINED)}, "scope.minimum_score"),
    ({"rotation": Rotation(rate=-0.1)}, "rotation.rate"),
    ({"rotation": Rotation(rate=1.1)}, "rotation.rate"),
    ({"rotation": Rotation(rate=UNDEFINED)}, "rotation.rate"),
    ({"rotation": Rotation(rate=1, window=Duration())}, "rotation.window"),
    ({"rotation": Rotation(rate=1, window=Duration(seconds=2**63 - 1))}, "rotation.window"),
    ({"rotation": Rotation(rate=1, window=Duration(seconds=366 * 86_400))}, "rotation.window"),
]
SILENCE = [
    Duration(),
    Duration(seconds=-1),
    Duration(nanos=-1),
    Duration(seconds=86_400 * 30 - 1),
    Duration(seconds=86_400 * 36_501),
    Duration(seconds=2**63 - 1),
]
HOSTILE = ["a\0b", "a\nb", "\x1b[31m", "🙂" * 64, "../../etc/passwd", "\u202eabc", "%s%n", " "]


@pytest.mark.parametrize(("fields", "named"), BAD)
def test_a_bad_field_is_named(client, recommender, fields, named):
    """The field at fault is in the details, the message and the metadata; nothing is computed."""
    before = len(recommender.queries)
    request = pb.RecommendPeopleRequest(**{"person_id": "p000", **fields})
    found = refused(client.recommendations.RecommendPeople, request)
    assert (found.code.name, found.reason) == ("INVALID_ARGUMENT", "INVALID_ARGUMENT")
    assert found.fields == [named]
    assert found.metadata == {"field": named}
    assert found.message.startswith(f"{named}: ")
    assert len(recommender.queries) == before


def test_an_unknown_stage_is_told_which_there_are(client):
    """Every one that the contract has."""
    request = pb.RecommendPeopleRequest(person_id="p000", steering=Steering(stage=99))
    message = refused(client.recommendations.RecommendPeople, request).message
    for name in Stage.DESCRIPTOR.values_by_name:
        assert (name in message) == (name != "STAGE_UNSPECIFIED")


@pytest.mark.parametrize("silence", SILENCE, ids=str)
def test_a_bad_silence_is_named(client, silence):
    """A silence is at least the 30 days that a model knows of, and at most 36,500."""
    request = pb.RecommendReactivationsRequest(person_id="p000", min_silence_duration=silence)
    found = refused(client.recommendations.RecommendReactivations, request)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["min_silence_duration"])


@pytest.mark.parametrize("person_id", HOSTILE)
def test_a_hostile_id_is_only_an_unknown_one(client, person_id):
    """Ids are compared, never interpreted, and come back as they were."""
    request = pb.RecommendPeopleRequest(person_id=person_id)
    found = refused(client.recommendations.RecommendPeople, request)
    assert (found.code.name, found.metadata) == ("NOT_FOUND", {"person_id": person_id})


@pytest.mark.parametrize(
    "content", [b"\xff", b"\x0a\x02\xff\xfe", b"\x0a\x03\xed\xa0\x80", b"\x0f"]
)
def test_bytes_that_are_no_message_are_refused(channel, content):
    """Broken framing, bad UTF-8, lone surrogates and bad wire types end in INVALID_ARGUMENT."""
    call = channel.unary_unary("/recommender.v1.RecommendationService/RecommendPeople")
    found = refused(call, content)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["request"])


def test_a_message_above_the_limit_is_refused(client):
    """More than 1 MiB is turned away by gRPC itself."""
    request = pb.RecommendPeopleRequest(person_id="x" * (1 << 20))
    found = refused(client.recommendations.RecommendPeople, request)
    assert found.code is grpc.StatusCode.RESOURCE_EXHAUSTED
