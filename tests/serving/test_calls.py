"""The wrapper around every call, over methods that a test makes: contexts and streams."""

from __future__ import annotations

import queue
import re
import threading
import time
from contextlib import contextmanager

import grpc
import pytest

from recommender.domain.errors import PersonNotFoundError
from recommender.serving.addresses import Address
from recommender.serving.context import CallContext, DeadlineError, new_request_id
from recommender.serving.counts import Counts
from recommender.serving.desk import Desk
from recommender.serving.handlers import rpcs
from recommender.serving.health import Health
from recommender.serving.listening import listen
from recommender.serving.readiness import Readiness
from recommender.serving.report import Reporter
from recommender.serving.rpcs import RECOMMENDATIONS
from recommender.v1.recommendation_service_pb2 import (
    RecommendPeopleRequest,
    RecommendPeopleResponse,
    StreamRecommendationsRequest,
    StreamRecommendationsResponse,
)
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from tests.serving.fakes import (
    CONFIG,
    MODEL,
    SECRET,
    FakeRecommender,
    read_refusal,
    refused,
    tenant_of,
)


def streamed(request, call):
    """One answer a person; 'boom' fails without warning, 'nobody' in a way that was foreseen."""
    for person_id in request.person_ids:
        if person_id == "boom":
            raise RuntimeError(SECRET)
        if person_id == "nobody":
            raise PersonNotFoundError(person_id, call.recommender.info.name)
        call.check()
        yield StreamRecommendationsResponse(person_id=person_id)


@contextmanager
def served(tenant, longest=float("inf"), threads=2, **methods):
    """Stubs of the recommendation service with these methods."""
    reporter = Reporter(CONFIG, Counts([]))
    answers = rpcs({RECOMMENDATIONS: methods})
    health = Health(Readiness())
    desk = Desk(
        *(answers, [tenant], lambda: None, reporter, CONFIG, health),
        threads=threads,
        longest=longest,
    )
    server = desk.server()
    address = listen(server, Address("127.0.0.1", 0), "serve.listen")
    server.start()
    with grpc.insecure_channel(str(address)) as channel:
        yield RecommendationServiceStub(channel)
    server.stop(0).wait()
    desk.stop()


@pytest.fixture
def tenant(models):
    return tenant_of(FakeRecommender(), models)


def received(call) -> tuple[list[str], grpc.RpcError | None]:
    """The people of a stream, and what ended it early."""
    found = []
    try:
        found.extend(answer.person_id for answer in call)
    except grpc.RpcError as error:
        return found, error
    return found, None


def test_a_stream_gives_every_answer_in_turn(tenant):
    """And ends well."""
    with served(tenant, StreamRecommendations=streamed) as stub:
        request = StreamRecommendationsRequest(person_ids=["a", "b", "c"])
        assert received(stub.StreamRecommendations(request)) == (["a", "b", "c"], None)


@pytest.mark.parametrize(
    ("person_id", "code", "reason"),
    [("boom", "INTERNAL", "INTERNAL"), ("nobody", "NOT_FOUND", "PERSON_NOT_FOUND")],
)
def test_a_stream_that_fails_keeps_what_went_before(tenant, person_id, code, reason):
    """Its status is one of ours, and tells nothing of the inside."""
    with served(tenant, StreamRecommendations=streamed) as stub:
        request = StreamRecommendationsRequest(person_ids=["a", person_id, "c"])
        found, error = received(stub.StreamRecommendations(request))
    told = read_refusal(error)
    assert (found, told.code.name, told.reason) == (["a"], code, reason)
    assert SECRET not in told.raw


def test_a_stream_of_bytes_that_are_no_request_is_refused(tenant):
    """Before its first answer."""
    with served(tenant, StreamRecommendations=streamed) as stub:
        raw = stub.StreamRecommendations
        raw._request_serializer = lambda _: b"\xff"
        found, error = received(raw(None))
    assert (found, read_refusal(error).fields) == ([], ["request"])


def test_a_call_knows_whose_it_is_and_what_answers_it(tenant):
    """The tenant, the model in force, an id of its own, and no deadline where none was named."""
    seen = []

    def note(request, call):
        seen.append(call)
        return RecommendPeopleResponse()

    with served(tenant, RecommendPeople=note) as stub:
        stub.RecommendPeople(RecommendPeopleRequest())
        stub.RecommendPeople(RecommendPeopleRequest(), timeout=100)
    assert all(call.tenant is tenant and call.recommender.info.name == MODEL for call in seen)
    assert len({call.request_id for call in seen}) == 2
    assert seen[0].deadline is None
    assert seen[0].time_left() == float("inf")
    assert 50 < seen[1].time_left() < 150


def test_a_call_whose_time_is_over_is_told_so(tenant):
    """By the status that gRPC gives such calls itself."""

    def late(request, call):
        over = CallContext(
            tenant=call.tenant, in_force=call.in_force, request_id="", deadline=time.monotonic()
        )
        assert over.time_left() <= 0
        over.check()

    with served(tenant, RecommendPeople=late) as stub:
        found = refused(stub.RecommendPeople, RecommendPeopleRequest())
    assert (found.code.name, found.reason) == ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")


def test_time_that_is_left_raises_nothing(tenant):
    """A deadline ahead, or none at all."""
    for deadline in (None, time.monotonic() + 1000):
        call = CallContext(
            tenant=tenant, in_force=tenant.in_force, request_id="", deadline=deadline
        )
        call.check()
    past = CallContext(tenant=tenant, in_force=tenant.in_force, request_id="", deadline=0.0)
    with pytest.raises(DeadlineError):
        past.check()


def test_ids_of_requests_are_sixteen_hex_digits_and_differ():
    """Whatever number they start from."""
    found = [new_request_id() for _ in range(1000)]
    assert len(set(found)) == 1000
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in found)


def test_a_call_of_a_server_that_is_nearly_full_knows_it(tenant):
    """Past four fifths of what may be under way, and not before."""
    seen, room = queue.SimpleQueue(), threading.Semaphore(0)

    def note(request, call):
        seen.put(call.pressed)
        room.acquire()
        return RecommendPeopleResponse()

    with served(tenant, threads=4, RecommendPeople=note) as stub:
        calls = [stub.RecommendPeople.future(RecommendPeopleRequest()) for _ in range(4)]
        assert [seen.get() for _ in calls] == [False] * 4
        calls += [stub.RecommendPeople.future(RecommendPeopleRequest()) for _ in range(13)]
        (refused_call,) = wait(calls, 1)
        assert read_refusal(refused_call.exception()).reason == "IN_FLIGHT_LIMITED"
        room.release()
        assert seen.get()  # the fifth begins while fourteen others are at work or wait
        room.release(15)
        wait(calls, 17)


def wait(calls, number):
    """The first calls that end."""
    ended = queue.SimpleQueue()
    for call in calls:
        call.add_done_callback(ended.put)
    return [ended.get() for _ in range(number)]


def test_a_query_takes_no_longer_than_the_server_allows(tenant):
    """Whatever its caller allows; a write takes as long as it takes, and so does a stream."""
    seen = []

    def note(request, call):
        seen.append(call.time_left())
        return RecommendPeopleResponse()

    with served(tenant, longest=5.0, RecommendPeople=note) as stub:
        stub.RecommendPeople(RecommendPeopleRequest(), timeout=1000)
        stub.RecommendPeople(RecommendPeopleRequest())
        stub.RecommendPeople(RecommendPeopleRequest(), timeout=3)
    assert all(0 < left <= 5 for left in seen[:2])
    assert seen[2] < 4


def test_every_answer_and_every_refusal_names_its_call(tenant):
    """In the trailing metadata, as the log does."""

    def note(request, call):
        if not request.person_id:
            raise PersonNotFoundError("x", "m")
        return RecommendPeopleResponse(next_page_token=call.request_id)

    with served(tenant, RecommendPeople=note) as stub:
        reply, call = stub.RecommendPeople.with_call(RecommendPeopleRequest(person_id="a"))
        assert dict(call.trailing_metadata())["x-request-id"] == reply.next_page_token
        with pytest.raises(grpc.RpcError) as caught:
            stub.RecommendPeople(RecommendPeopleRequest())
    assert re.fullmatch("[0-9a-f]{16}", dict(caught.value.trailing_metadata())["x-request-id"])
    assert read_refusal(caught.value).reason == "PERSON_NOT_FOUND"
