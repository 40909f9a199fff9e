"""Bytes that nobody meant: every RPC that the server answers reads them without failing."""

from __future__ import annotations

import random

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.v1.recommendation_service_pb2 import RecommendReactivationsRequest
from recommender.v1.steering_pb2 import Dials, Scope, Steering
from tests.serving.fakes import PEOPLE, Refused
from tests.serving.good_requests import GOOD
from tests.serving.hostile import HALF, METHODS, REFUSALS, send

VALID = {
    **{path: GOOD[method.name].SerializeToString() for path, method in METHODS.items()},
    "recommender.v1.RecommendationService/RecommendReactivations": RecommendReactivationsRequest(
        person_id="p000",
        page_size=3,
        page_token="x",
        steering=Steering(dials=Dials(like_mindedness=0.5, diversity=2)),
        scope=Scope(exclude_person_ids=PEOPLE[:3], filter="level >= 3"),
        min_silence_duration=Duration(seconds=86_400 * 60, nanos=5),
    ).SerializeToString(),
}
"""A request of every method, one of them with much in it; each is sent to all methods."""


def code(alone, path, content):
    """The code of a refusal; None where the call was answered."""
    told = send(alone, path, content)
    return told.code if isinstance(told, Refused) else None


@pytest.fixture(autouse=True)
def healthy(alone):
    """Whatever was sent, the server goes on."""
    yield
    health = health_pb2_grpc.HealthStub(alone.channel)
    assert health.Check(health_pb2.HealthCheckRequest()).status == 1


@pytest.mark.parametrize("path", METHODS)
@settings(deadline=None, derandomize=True)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(alone, path, content):
    """Never INTERNAL, never UNKNOWN."""
    assert code(alone, path, content) in {None, *REFUSALS}


def damaged(draw):
    """A good request of any method, with bytes changed, cut out, doubled or put in, a few times."""
    content = bytearray(draw.choice(list(VALID.values())))
    for _ in range(draw.randint(1, 4)):
        start = draw.randint(0, len(content))
        stop = start + draw.randint(0, 4)
        piece = draw.choice(
            [draw.randbytes(draw.randint(0, 4)), content[start:stop] * 2, bytes(content), HALF]
        )
        content[start:stop] = piece
    return bytes(content)


@pytest.mark.parametrize("path", METHODS)
def test_damaged_requests_are_read_or_refused(alone, path):
    """Most of them are messages still, and not the one that was meant."""
    draw = random.Random(path)
    for _ in range(900):
        content = damaged(draw)
        found = code(alone, path, content)
        assert found in {None, *REFUSALS}, content.hex()


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize("levels", [90, 5_000, 150_000])
def test_messages_within_messages_without_end_are_read_or_refused(alone, path, levels):
    """Groups of unknown fields, opened and never closed, or closed at last."""
    for content in (b"\xa3\x06" * levels, b"\xa3\x06" * levels + b"\xa4\x06" * levels):
        assert code(alone, path, content) in {None, *REFUSALS}


def test_a_method_that_is_not_there_is_said_to_be_so(alone):
    """By gRPC itself, whatever is sent to it."""
    call = alone.channel.unary_unary("/recommender.v1.RecommendationService/RecommendNobody")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"\xff")
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
