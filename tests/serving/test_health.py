"""Health over a real socket: for whoever asks or watches, however they behave."""

from __future__ import annotations

import threading

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from recommender.serving import door
from recommender.serving.door import Door
from recommender.serving.health import LIVE, READY, SERVICE, Health
from recommender.serving.lanes import Turns
from recommender.serving.options import OPTIONS
from recommender.serving.readiness import Readiness
from tests.serving.waiting import until

SERVING, NOT_SERVING = HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING
UNKNOWN = HealthCheckResponse.SERVICE_UNKNOWN


class Served:
    """A server of health alone, with a channel to it."""

    def __init__(self) -> None:
        self.readiness = Readiness()
        self.health = Health(self.readiness, ["lists"])
        self.door = Door(Turns(1, 10), self.health.enter)
        self.server = door.server(self.door, OPTIONS)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()
        self.channel = grpc.insecure_channel(self.address)
        self.stub = HealthStub(self.channel)

    def check(self, name: str = "") -> int:
        return self.stub.Check(HealthCheckRequest(service=name)).status

    def watch(self, name: str = ""):
        return self.stub.Watch(HealthCheckRequest(service=name))

    def open(self) -> None:
        self.readiness.opened()
        self.health.look()

    def watching(self) -> int:
        return sum(map(len, self.health._watching.values()))

    def stop(self) -> None:
        self.channel.close()
        self.server.stop(0).wait()
        self.door.close()


@pytest.fixture
def served():
    found = Served()
    yield found
    found.stop()


def test_all_names_say_what_is_so(served):
    """Only the life of the process is another matter; who is unknown is not found."""
    names = ["", READY, "lists"]
    assert [served.check(name) for name in [*names, LIVE]] == [NOT_SERVING] * 3 + [SERVING]
    served.open()
    assert [served.check(name) for name in [*names, LIVE]] == [SERVING] * 4
    with pytest.raises(grpc.RpcError) as caught:
        served.check("nonsense")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_whoever_watches_hears_of_each_change(served):
    """And of the names that are told later, once they are."""
    watches = [served.watch(name) for name in ("", "lists")]
    assert [next(watch).status for watch in watches] == [NOT_SERVING] * 2
    served.open()
    assert [next(watch).status for watch in watches] == [SERVING] * 2
    served.readiness.draining()
    served.health.look()
    assert [next(watch).status for watch in watches] == [NOT_SERVING] * 2


def test_many_may_watch_at_once(served):
    """More than there are threads, of one connection and of several."""
    channels = [grpc.insecure_channel(served.address, [("n", n)]) for n in range(3)]
    watches = [HealthStub(c).Watch(HealthCheckRequest()) for c in channels for _ in range(30)]
    assert {next(watch).status for watch in watches} == {NOT_SERVING}
    served.open()
    assert {next(watch).status for watch in watches} == {SERVING}
    for channel in channels:
        channel.close()
    until(lambda: not served.watching())


def test_a_name_that_is_unknown_is_not_kept(served):
    """It is told to be so; else a stranger could fill the memory."""
    watch = served.watch("x" * 100_000)
    assert next(watch).status == UNKNOWN
    assert "x" * 100_000 not in served.health._watching
    assert served.watching() == 0


def test_callers_who_say_nothing_keep_nobody_from_being_told(served, monkeypatch):
    """They are given up in the end."""
    monkeypatch.setattr(door, "REQUEST_SECONDS", 0.5)
    silent = threading.Event()

    def nothing():
        silent.wait()
        yield b""

    calls = [
        served.channel.stream_unary(f"/{SERVICE}/{method}").future(nothing())
        for method in ["Check", "Watch"] * 8
    ]
    assert served.check() == NOT_SERVING
    assert next(served.watch()).status == NOT_SERVING
    assert {call.exception().code() for call in calls} == {grpc.StatusCode.DEADLINE_EXCEEDED}
    silent.set()


@pytest.mark.parametrize("method", ["Check", "Watch"])
def test_what_cannot_be_read_is_refused(served, method):
    """As a fault of the caller's."""
    with pytest.raises(grpc.RpcError) as caught:
        served.channel.unary_unary(f"/{SERVICE}/{method}")(b"\xff\xff")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_method_that_is_not_there_is_said_not_to_be(served):
    """By gRPC's own server."""
    with pytest.raises(grpc.RpcError) as caught:
        served.channel.unary_unary(f"/{SERVICE}/Listen")(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
