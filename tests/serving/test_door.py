"""What has to hold of the way past gRPC's own server, which stands on private names of grpc."""

from __future__ import annotations

import queue
import threading

import grpc
import pytest
from grpc import _server
from grpc_health.v1 import health_pb2, health_pb2_grpc

from recommender.serving import door, visits
from recommender.serving.admission import Admission
from recommender.serving.counts import Counts
from recommender.serving.desk import Desk
from recommender.serving.handlers import rpcs
from recommender.serving.health import Health
from recommender.serving.readiness import Readiness
from recommender.serving.report import Reporter
from recommender.serving.rpcs import RECOMMENDATIONS
from recommender.v1.recommendation_service_pb2 import (
    RecommendPeopleRequest,
    RecommendPeopleResponse,
)
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from tests.serving.fakes import CONFIG, FakeRecommender, tenant_of

ASK = RecommendPeopleRequest(person_id="p000")
PATH = f"/{RECOMMENDATIONS.full_name}/RecommendPeople"


class Served:
    """A server whose lists a test makes, with a channel to it."""

    def __init__(self, tenant, answer, threads: int = 2) -> None:
        answers = rpcs({RECOMMENDATIONS: {"RecommendPeople": answer}})
        reporter = Reporter(CONFIG, Counts([]))
        ready = Readiness()
        ready.opened()
        health = Health(ready)
        self.desk = Desk(
            answers, [tenant], lambda: None, reporter, CONFIG, health, threads=threads, longest=60
        )
        self.server = self.desk.server()
        port = self.server.add_insecure_port("127.0.0.1:0")
        self.server.start()
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.ask = RecommendationServiceStub(self.channel).RecommendPeople

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()
        self.server.stop(0).wait()
        self.desk.stop()


@pytest.fixture
def tenant(models):
    return tenant_of(FakeRecommender(), models)


def empty(request, call):
    return RecommendPeopleResponse()


def nothing(silent: threading.Event):
    """What a caller sends who says nothing until the event."""
    silent.wait()
    yield b""


def settle(turns) -> None:
    """Wait until no call is under way."""
    gate = threading.Event()
    while turns.in_flight:
        gate.wait(0.001)


def test_calls_with_one_answer_never_reach_grpcs_own_server(tenant, monkeypatch):
    """They are answered although it could not."""
    handed = []
    monkeypatch.setattr(_server, "_handle_with_method_handler", lambda *args: handed.append(args))
    with Served(tenant, empty) as served:
        assert served.ask(ASK) == RecommendPeopleResponse()
    assert handed == []


def test_lists_are_made_by_the_thread_that_takes_calls(tenant):
    """While nothing else is to be done; so nothing is handed from thread to thread."""
    threads = []

    def note(request, call):
        threads.append(threading.current_thread().name)
        return RecommendPeopleResponse()

    with Served(tenant, note) as served:
        for _ in range(20):
            served.ask(ASK)
    # A machine that stands still for a moment may look like a list that takes long.
    assert sum("_serve" in name for name in threads) > 10


def test_a_list_that_takes_long_keeps_nobody_from_being_taken(tenant):
    """Another list is made meanwhile, a third call is refused, and health is told."""
    gate, begun = threading.Event(), queue.SimpleQueue()

    def answer(request, call):
        begun.put(None)
        if request.person_id == "slow":
            gate.wait()
        return RecommendPeopleResponse()

    with Served(tenant, answer) as served:
        slow = served.ask.future(RecommendPeopleRequest(person_id="slow"))
        begun.get()
        assert served.ask(ASK) == RecommendPeopleResponse()
        check = health_pb2_grpc.HealthStub(served.channel).Check
        told = check(health_pb2.HealthCheckRequest())
        assert told.status == health_pb2.HealthCheckResponse.SERVING
        assert not slow.done()
        gate.set()
        assert slow.result() == RecommendPeopleResponse()


def test_a_call_that_cannot_even_be_refused_takes_no_other_with_it(tenant, monkeypatch):
    """The thread that takes calls goes on."""
    faults = [ZeroDivisionError]
    enter = Admission.enter

    def sometimes(self, event):
        if faults:
            raise faults.pop()
        return enter(self, event)

    monkeypatch.setattr(Admission, "enter", sometimes)
    with Served(tenant, empty) as served:
        lost = served.ask.future(ASK).exception()
        assert lost.code() is grpc.StatusCode.INTERNAL
        assert served.ask(ASK) == RecommendPeopleResponse()


def test_a_call_without_a_request_is_told_so_and_holds_no_place(tenant):
    """A stream that ends before its one message."""
    with Served(tenant, empty) as served:
        call = served.channel.stream_unary(PATH)
        with pytest.raises(grpc.RpcError) as caught:
            call(iter(()))
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        settle(served.desk.turns)


def test_a_caller_who_goes_before_her_request_came_holds_no_place(tenant):
    """Nor one whose answer nobody reads."""
    silent = threading.Event()
    with Served(tenant, empty) as served:
        call = served.channel.stream_unary(PATH).future(nothing(silent))
        gate = threading.Event()
        while not served.desk.turns.in_flight:
            gate.wait(0.001)
        call.cancel()
        settle(served.desk.turns)
        silent.set()


def test_a_caller_who_sends_no_request_does_not_keep_her_place_for_ever(tenant, monkeypatch):
    """Those who send nothing but headers would else shut out all others of their tenant."""
    monkeypatch.setattr(door, "REQUEST_SECONDS", 0.1)
    silent = threading.Event()
    with Served(tenant, empty) as served:
        call = served.channel.stream_unary(PATH).future(nothing(silent))
        assert call.exception().code() is grpc.StatusCode.DEADLINE_EXCEEDED
        settle(served.desk.turns)
        silent.set()
        assert served.ask(ASK) == RecommendPeopleResponse()


def test_a_call_that_waits_when_the_server_stops_is_answered_first(tenant):
    """Also one that was on its way."""
    gate, begun = threading.Event(), queue.SimpleQueue()

    def answer(request, call):
        begun.put(None)
        gate.wait()
        return RecommendPeopleResponse()

    with Served(tenant, answer) as served:
        calls = [served.ask.future(ASK) for _ in range(3)]
        begun.get()
        while served.desk.turns.in_flight < 3:
            threading.Event().wait(0.001)
        stopped = served.server.stop(60)
        gate.set()
        assert all(call.result() == RecommendPeopleResponse() for call in calls)
        stopped.wait()


def test_the_names_of_grpc_that_are_used_are_there():
    """Tells first what a new version of grpc has moved."""
    for name in ("_process_event_and_continue", "_REQUEST_CALL_TAG", "_ServerStage"):
        assert hasattr(_server, name)
    assert issubclass(door.Door, door.cygrpc.CompletionQueue)
    for name in (
        "ReceiveMessageOperation",
        "SendInitialMetadataOperation",
        "SendMessageOperation",
        "SendStatusFromServerOperation",
        "ReceiveCloseOnServerOperation",
    ):
        assert hasattr(visits.cygrpc, name)
