"""More calls than the server has room for."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field, replace

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from recommender.domain.answer import Recommendation
from recommender.domain.slate import Query
from recommender.v1.recommendation_service_pb2 import RecommendPeopleRequest
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from tests.serving.fakes import CONFIG, FakeRecommender, start, tenant_of


@dataclass
class Busy(FakeRecommender):
    """Answers once the gate is open."""

    gate: threading.Event = field(default_factory=threading.Event)

    def answer(self, query: Query) -> list[list[Recommendation]]:
        self.gate.wait()
        return super().answer(query)


@pytest.fixture
def busy():
    return Busy()


@pytest.fixture
def full(busy, models):
    """A server of one thread, with a port for probes."""
    config = replace(CONFIG, threads=1, health_listen="127.0.0.1:0")
    found = start(tenant_of(busy, models), config)
    yield found
    busy.gate.set()
    found.stop()


def test_what_is_too_much_is_turned_away_at_once(busy, full):
    """A call at work and three that wait are kept, the next is shed; probes are answered."""
    request = RecommendPeopleRequest(person_id="p000")
    with (
        grpc.insecure_channel(str(full.address)) as channel,
        grpc.insecure_channel(str(full.probes.health_address)) as probes,
    ):
        ask = RecommendationServiceStub(channel).RecommendPeople
        calls, ended = [ask.future(request) for _ in range(5)], queue.SimpleQueue()
        for call in calls:
            call.add_done_callback(ended.put)
        # Nobody is answered while the gate is shut, so whoever ends now was turned away.
        shed = ended.get()
        assert shed.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        health = health_pb2_grpc.HealthStub(probes).Check(health_pb2.HealthCheckRequest())
        assert health.status == health_pb2.HealthCheckResponse.SERVING
        # So is whoever balances calls, on the port of the calls itself.
        health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert health.status == health_pb2.HealthCheckResponse.SERVING
        busy.gate.set()
        assert all(call.result().recommendations for call in calls if call is not shed)
