"""What one tenant may use, and that it takes nothing from the others."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field, replace
from functools import partial

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from structlog.testing import capture_logs

from recommender.domain.answer import Network
from recommender.domain.ids import Row
from recommender.serving.access import Access, Grant, Limits, TenantEntry, token_hash
from recommender.serving.lanes import Lane, Turns
from recommender.serving.limits import Bucket
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from tests.serving.fakes import CONFIG, FakeRecommender, read_refusal, start, tenant_of

ASK = GetNetworkRequest(person_id="p000")


@dataclass
class Gated(FakeRecommender):
    """Answers once the gate is open, and says when it has begun."""

    gate: threading.Event = field(default_factory=threading.Event)
    begun: queue.SimpleQueue = field(default_factory=queue.SimpleQueue)

    def network(self, person: Row, most: int | None = None) -> Network:
        self.begun.put(person)
        self.gate.wait()
        return super().network(person, most)


class Fixed:
    """An access file that does not change."""

    event, sound = "access file", True

    def __init__(self, **limits: Limits) -> None:
        entries = {
            name: TenantEntry(name=name, model=None, limits=each) for name, each in limits.items()
        }
        grants = {
            token_hash(name): Grant(tenant=name, token_id=name, scopes=frozenset({"query"}))
            for name in limits
        }
        self.access = Access(entries, grants)
        self.changed = []

    def value(self) -> Access:
        return self.access

    def look(self) -> None:
        """It does not change."""


@pytest.fixture
def serve(models):
    """Starts a server of tenants with these limits, each over a recommender of its own."""
    started = []

    def run(threads: int = 2, **limits: Limits):
        recommenders = {name: Gated() for name in limits}
        tenants = [tenant_of(each, models, name=name) for name, each in recommenders.items()]
        config = replace(CONFIG, threads=threads, reload="manual")
        found = start(tenants, config, access=Fixed(**limits))
        channel = grpc.insecure_channel(str(found.address))
        started.append((found, channel, recommenders))
        return found, channel, recommenders

    yield run
    for found, channel, recommenders in started:
        for each in recommenders.values():
            each.gate.set()
        channel.close()
        found.stop()


def ask(channel, tenant: str, **keywords):
    """A call of this tenant, under way."""
    metadata = (("authorization", f"Bearer {tenant}"),)
    return NetworkServiceStub(channel).GetNetwork.future(ASK, metadata=metadata, **keywords)


def retry_seconds(error: grpc.RpcError) -> float:
    """After how long the server says that trying again is worth while."""
    info = error_details_pb2.RetryInfo()
    (found,) = (
        detail for detail in rpc_status.from_call(error).details if detail.Is(info.DESCRIPTOR)
    )
    found.Unpack(info)
    return info.retry_delay.ToNanoseconds() / 1e9


def pushback(error: grpc.RpcError) -> str:
    """What the server tells gRPC's clients of trying again by themselves."""
    return dict(error.trailing_metadata())["grpc-retry-pushback-ms"]


def test_more_calls_a_second_than_allowed_are_refused_with_when_to_try_again(serve):
    """As many as may come at once are taken; the next names the reason and the wait."""
    server, channel, recommenders = serve(a=Limits(calls_per_second=0.01, burst=3))
    recommenders["a"].gate.set()
    for _ in range(3):
        assert ask(channel, "a").result().person_id == "p000"
    refusal = ask(channel, "a").exception()
    told = read_refusal(refusal)
    assert (told.code.name, told.reason) == ("RESOURCE_EXHAUSTED", "RATE_LIMITED")
    assert 1 < retry_seconds(refusal) <= 100
    assert pushback(refusal) == "-1"
    counts = server.counts.total().counts
    assert counts["shed", "RATE_LIMITED"] == 1


def test_more_calls_at_once_than_allowed_are_refused_before_any_work(serve):
    """Those at work and those that wait count; once they have ended, there is room again."""
    server, channel, recommenders = serve(threads=2, a=Limits(in_flight=3))
    calls = [ask(channel, "a") for _ in range(3)]
    for _ in range(2):
        recommenders["a"].begun.get()
    while server.desk.turns.in_flight < 3:
        time.sleep(0.001)
    refusal = ask(channel, "a").exception()
    told = read_refusal(refusal)
    assert (told.code.name, told.reason) == ("RESOURCE_EXHAUSTED", "IN_FLIGHT_LIMITED")
    assert pushback(refusal) == str(round(1000 * retry_seconds(refusal))) == "50"
    recommenders["a"].gate.set()
    assert all(call.result().person_id == "p000" for call in calls)
    while server.desk.turns.in_flight:
        time.sleep(0.001)
    assert ask(channel, "a").result().person_id == "p000"


def test_a_tenant_that_floods_the_server_does_not_starve_another(serve):
    """Its calls wait in a lane of their own: the other's turn comes after one of them."""
    server, channel, recommenders = serve(threads=1, flood=Limits(in_flight=50), quiet=Limits())
    flooding = [ask(channel, "flood") for _ in range(50)]
    recommenders["flood"].begun.get()
    while server.desk.turns.in_flight < 50:
        time.sleep(0.001)
    refused = ask(channel, "flood").exception()
    assert read_refusal(refused).reason == "IN_FLIGHT_LIMITED"
    recommenders["quiet"].gate.set()
    quiet = ask(channel, "quiet")
    while server.desk.turns.in_flight < 51:
        time.sleep(0.001)
    recommenders["flood"].gate.set()
    assert quiet.result().person_id == "p000"
    assert all(call.result().person_id == "p000" for call in flooding)


def test_lanes_take_turns():
    """However much waits in one, the others' work comes next."""
    turns, done, gate = Turns(1, 10), [], threading.Event()
    first, second = Lane(), Lane()
    turns.put(first, gate.wait)
    for number in range(4):
        turns.put(first, partial(done.append, f"first {number}"))
    for number in range(2):
        turns.put(second, partial(done.append, f"second {number}"))
    gate.set()
    turns.shutdown(wait=True)
    assert done == ["first 0", "second 0", "first 1", "second 1", "first 2", "first 3"]


def test_work_that_fails_holds_up_no_other():
    """Nor is it lost without a word."""
    turns, lane, done = Turns(1, 10), Lane(), []
    with capture_logs() as logs:
        turns.put(lane, lambda: 1 // 0)
        turns.put(lane, lambda: done.append("next"))
        turns.shutdown(wait=True)
    assert done == ["next"]
    assert [line["event"] for line in logs] == ["call lost"]


def test_a_bucket_never_holds_more_than_its_burst():
    """However long nobody calls; and a clock that goes back gives nothing."""
    bucket = Bucket(rate=10, burst=2)
    assert [bucket.take(1000.0) for _ in range(2)] == [0, 0]
    assert bucket.take(1000.0) == pytest.approx(0.1)
    assert bucket.take(999.0) == pytest.approx(0.1)
    assert bucket.take(999.1) == 0
    assert Bucket(rate=0, burst=1).take(5.0) == 0


def test_limits_change_while_the_server_runs(serve):
    """As the access file says, from the next call on."""
    server, channel, recommenders = serve(a=Limits())
    recommenders["a"].gate.set()
    for _ in range(5):
        ask(channel, "a").result()
    tight = Fixed(a=Limits(calls_per_second=0.01, burst=1)).access
    server.desk.limit(tight)
    ask(channel, "a").result()
    assert read_refusal(ask(channel, "a").exception()).reason == "RATE_LIMITED"


def test_a_call_whose_time_passed_while_it_waited_does_no_work(serve):
    """Nobody waits for its answer any more."""
    server, channel, recommenders = serve(threads=1, a=Limits())
    first = ask(channel, "a")
    recommenders["a"].begun.get()
    late = ask(channel, "a", timeout=0.2)
    assert late.exception().code() is grpc.StatusCode.DEADLINE_EXCEEDED
    recommenders["a"].gate.set()
    first.result()
    while server.desk.turns.in_flight:
        time.sleep(0.001)
    assert recommenders["a"].begun.empty()


def test_a_call_refused_before_its_request_came_is_told_at_once(serve):
    """Streams that say nothing hold no thread of those who may call."""
    _, channel, recommenders = serve(threads=1, a=Limits())
    silent = threading.Event()

    def nothing():
        silent.wait()
        return iter(())

    path = "/recommender.v1.NetworkService/GetNetwork"
    call = channel.stream_unary(path).future(iter(nothing, None))
    assert call.exception().code() is grpc.StatusCode.UNAUTHENTICATED
    silent.set()
    recommenders["a"].gate.set()
    assert ask(channel, "a").result().person_id == "p000"
