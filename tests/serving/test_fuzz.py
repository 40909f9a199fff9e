"""Bytes that nobody meant: every answered RPC reads them without failing."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.v1.recommendation_service_pb2 import RecommendReactivationsRequest
from recommender.v1.steering_pb2 import Dials, Scope, Steering
from tests.serving.fakes import PEOPLE

PATHS = [
    "/recommender.v1.RecommendationService/RecommendPeople",
    "/recommender.v1.RecommendationService/RecommendReactivations",
    "/recommender.v1.NetworkService/GetNetwork",
    "/recommender.v1.ModelService/GetModel",
    "/recommender.v1.ModelService/ListModels",
    "/recommender.v1.ModelService/ActivateModel",
]
MODELS = "ModelService"
EXPECTED = {
    grpc.StatusCode.OK,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
}
VALID = RecommendReactivationsRequest(
    person_id="p000",
    page_size=3,
    page_token="x",
    steering=Steering(dials=Dials(like_mindedness=0.5, diversity=2)),
    scope=Scope(exclude_person_ids=PEOPLE[:3]),
    min_silence_duration=Duration(seconds=86_400 * 60, nanos=5),
).SerializeToString()


def answer(channel, path: str, content: bytes) -> grpc.StatusCode:
    try:
        channel.unary_unary(path)(content)
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize("path", PATHS)
@settings(deadline=None, derandomize=True)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(channel, admin, path, content):
    """Never INTERNAL, never UNKNOWN."""
    assert answer(admin if MODELS in path else channel, path, content) in EXPECTED


@pytest.mark.parametrize("path", PATHS)
@settings(deadline=None, derandomize=True, max_examples=300)
@given(place=st.integers(0, len(VALID) - 1), change=st.binary(max_size=4), cut=st.integers(0, 4))
def test_a_damaged_request_is_read_or_refused(channel, admin, path, place, change, cut):
    """A good request with a few bytes changed, taken out or put in."""
    damaged = VALID[:place] + change + VALID[place + cut :]
    assert answer(admin if MODELS in path else channel, path, damaged) in EXPECTED
