"""Bytes that nobody meant: every RPC that the server answers reads them without failing."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.v1.recommendation_service_pb2 import RecommendReactivationsRequest
from recommender.v1.steering_pb2 import Dials, Scope, Steering
from tests.serving.fakes import PEOPLE
from tests.serving.good_requests import GOOD
from tests.serving.hostile import METHODS, REFUSALS, send

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


def code(channel, path, content):
    """The code of a refusal; None where the call was answered."""
    refusal = send(channel, path, content)
    return refusal and refusal.code


@pytest.fixture(autouse=True)
def healthy(channel):
    """Whatever was sent, the server goes on."""
    yield
    health = health_pb2_grpc.HealthStub(channel)
    assert health.Check(health_pb2.HealthCheckRequest()).status == 1


@pytest.mark.parametrize("path", METHODS)
@settings(deadline=None, derandomize=True)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(channel, path, content):
    """Never INTERNAL, never UNKNOWN."""
    assert code(channel, path, content) in {None, *REFUSALS}


@pytest.mark.parametrize("path", METHODS)
@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    other=st.sampled_from([None, *VALID]),
    place=st.floats(0, 1),
    change=st.binary(max_size=4),
    cut=st.integers(0, 4),
)
def test_a_damaged_request_is_read_or_refused(channel, path, other, place, change, cut):
    """A good request, of this method or of another, with bytes changed, taken out or put in."""
    valid = VALID[other or path]
    start = int(place * len(valid))
    assert code(channel, path, valid[:start] + change + valid[start + cut :]) in {None, *REFUSALS}


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize("levels", [90, 5_000, 150_000])
def test_messages_within_messages_without_end_are_read_or_refused(channel, path, levels):
    """Groups of unknown fields, opened and never closed, or closed at last."""
    for content in (b"\xa3\x06" * levels, b"\xa3\x06" * levels + b"\xa4\x06" * levels):
        assert code(channel, path, content) in {None, *REFUSALS}


def test_a_method_that_is_not_there_is_said_to_be_so(channel):
    """By gRPC itself, whatever is sent to it."""
    call = channel.unary_unary("/recommender.v1.RecommendationService/RecommendNobody")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"\xff")
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
