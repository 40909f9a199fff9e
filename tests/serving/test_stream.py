"""StreamRecommendations over a real socket: lists for many, one message each."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from recommender.domain.slate import Kind
from recommender.serving import handlers
from recommender.serving.context import CallContext
from recommender.serving.recommendation_service import RecommendationService
from recommender.v1 import recommendation_pb2 as lists
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from recommender.v1.steering_pb2 import Context, Dials, Scope, Steering
from tests.serving.fakes import (
    CONFIG,
    PEOPLE,
    SECRET,
    FakeRecommender,
    read_refusal,
    start,
    tenant_of,
)
from tests.serving.waiting import until

OK, UNKNOWN, FAILED = (
    pb.STREAM_STATUS_OK,
    pb.STREAM_STATUS_PERSON_NOT_FOUND,
    pb.STREAM_STATUS_FAILED,
)
NEW, PAST, FADING = (
    lists.LIST_KIND_PEOPLE,
    lists.LIST_KIND_REACTIVATION,
    lists.LIST_KIND_MAINTENANCE,
)


@pytest.fixture
def stream(client):
    """StreamRecommendations, with the people and the request's fields."""

    def call(people, **fields):
        request = pb.StreamRecommendationsRequest(person_ids=people, **fields)
        return list(client.recommendations.StreamRecommendations(request))

    return call


def told(messages):
    return [(message.person_id, message.kind, message.status) for message in messages]


def ids(message):
    return [item.person_id for item in message.recommendations]


def test_lists_come_in_the_order_of_the_request(stream):
    """Person after person, with all of her lists in the order they were asked for."""
    messages = stream(["p002", "p000", "p001"], kinds=[PAST, NEW])
    assert told(messages) == [
        (person, kind, OK) for person in ("p002", "p000", "p001") for kind in (PAST, NEW)
    ]
    assert ids(messages[2]) == PEOPLE[1:21]
    assert all(item.HasField("tie") for item in messages[0].recommendations)
    assert not any(item.HasField("tie") for item in messages[1].recommendations)


def test_new_people_come_where_no_kind_is_named(stream):
    """And nobody gets a list twice, however often somebody or a kind is named."""
    assert told(stream(["p000", "p001", "p000"])) == [("p000", NEW, OK), ("p001", NEW, OK)]
    assert told(stream(["p000"], kinds=[NEW, PAST, NEW])) == [
        ("p000", NEW, OK),
        ("p000", PAST, OK),
    ]


def test_every_kind_is_asked_of_the_model_as_it_is(stream, recommender):
    """With the silence that was asked for."""
    recommender.queries.clear()
    stream(["p000"], kinds=[NEW, PAST, FADING], min_silence_duration=Duration(seconds=86_400 * 50))
    asked = [(query.kind, query.min_silence_days) for query in recommender.queries]
    assert asked == [(Kind.PEOPLE, 50), (Kind.REACTIVATION, 50), (Kind.MAINTENANCE, 50)]


@pytest.mark.parametrize(("limit", "count"), [(0, 20), (1, 1), (100, 100), (5000, 100)])
def test_a_list_is_as_long_as_was_asked_for(stream, limit, count):
    """20 where nothing is said, at most 100, ranks from 1."""
    [message] = stream(["p000"], result_limit=limit)
    assert [item.rank for item in message.recommendations] == list(range(1, count + 1))


def test_who_cannot_be_answered_ends_nothing(stream):
    """Unknown people and failures are said in their own messages, and nothing of the inside."""
    messages = stream(["p000", "nobody", "boom", "p001"], kinds=[NEW, FADING])
    assert told(messages) == [
        (person, kind, status)
        for person, status in [("p000", OK), ("nobody", UNKNOWN), ("boom", FAILED), ("p001", OK)]
        for kind in (NEW, FADING)
    ]
    for message in messages:
        answered = message.status == OK
        assert bool(message.recommendations) == message.HasField("answer") == answered
        assert SECRET not in str(message)


def test_every_list_has_a_token_of_its_own(stream):
    """For feedback: by person and kind, and the same as that of the single call."""
    messages = stream(["p000", "p001"], kinds=[NEW, PAST])
    assert len({message.answer.attribution_token for message in messages}) == 4


def test_a_list_of_a_stream_is_that_of_the_single_call(client, stream):
    """Byte by byte, however it is steered and narrowed."""
    asked = {
        "steering": Steering(dials=Dials(diversity=1)),
        "scope": Scope(exclude_person_ids=["p003"], context=Context(organisation="Acme")),
    }
    [message] = stream(["p001"], result_limit=30, **asked)
    single = client.recommendations.RecommendPeople(
        pb.RecommendPeopleRequest(person_id="p001", page_size=30, **asked)
    )
    assert list(message.recommendations) == list(single.recommendations)
    assert message.answer == single.answer
    assert len(ids(message)) == 30


def test_a_thousand_people_get_their_lists(stream):
    """Which is as many as there may be, with one name each."""
    people = [*PEOPLE, *(f"nobody {number}" for number in range(750))]
    messages = stream(people, result_limit=1)
    assert [message.person_id for message in messages] == people
    assert [message.status for message in messages] == [OK] * 250 + [UNKNOWN] * 750


def ends(client, **fields):
    """The first message, and how the stream was refused."""
    call = client.recommendations.StreamRecommendations(pb.StreamRecommendationsRequest(**fields))
    with pytest.raises(grpc.RpcError) as caught:
        next(call)
    return read_refusal(caught.value)


def test_a_bad_kind_is_named_with_its_place(client):
    """Before any list is made."""
    found = ends(client, person_ids=["p000"], kinds=[NEW, 77])
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["kinds[1]"])
    found = ends(client, person_ids=["p000", ""])
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["person_ids[1]"])
    found = ends(client, person_ids=["p000"] * 1001)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["person_ids"])


@dataclass
class Late(FakeRecommender):
    """Answers p001 only once it may."""

    may: threading.Event = field(default_factory=threading.Event)

    def answer(self, query):
        found = super().answer(query)
        if 1 in query.askers:
            self.may.wait()
        return found


def test_a_deadline_ends_a_stream_between_two_lists(models, monkeypatch):
    """What came before it stays; nobody works on for a caller who has gone."""
    calls = []

    def kept(**fields):
        calls.append(CallContext(**fields))
        return calls[-1]

    monkeypatch.setattr(handlers, "CallContext", kept)
    recommender = Late()
    running = start(tenant_of(recommender, models), CONFIG)
    try:
        with grpc.insecure_channel(str(running.address)) as channel:
            request = pb.StreamRecommendationsRequest(person_ids=["p000", "p001", "p002"])
            stub = RecommendationServiceStub(channel)
            stub.RecommendPeople(pb.RecommendPeopleRequest(person_id="p005"))  # connected by then
            call = stub.StreamRecommendations(request, timeout=1)
            assert next(call).person_id == "p000"
            with pytest.raises(grpc.RpcError) as caught:
                next(call)
            assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            until(lambda: calls[-1].time_left() < 0)  # which the server counts from a bit later
            recommender.may.set()
            until(lambda: not running.desk.turns.in_flight)
        assert [list(query.askers) for query in recommender.queries] == [[5], [0], [1]]
    finally:
        recommender.may.set()
        running.stop()


class Reading:
    """A server of one thread, with a stream of all lists of `asked`.

    They are so many that what lies between the two takes but a part of them.
    """

    asked = PEOPLE[:125]

    def __init__(self, models) -> None:
        self.running = start(tenant_of(FakeRecommender(), models), replace(CONFIG, threads=1))
        self.channel = grpc.insecure_channel(str(self.running.address))
        stub = RecommendationServiceStub(self.channel)
        request = pb.StreamRecommendationsRequest(
            person_ids=self.asked, kinds=[NEW, PAST, FADING], result_limit=100
        )
        self.lists = stub.StreamRecommendations(request)
        self.network = NetworkServiceStub(self.channel).GetNetwork

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()
        self.running.stop()


def test_whoever_does_not_read_on_keeps_no_thread(models):
    """The server's only one answers others; all that was asked for comes once it is read."""
    with Reading(models) as reading:
        assert next(reading.lists).person_id == "p000"
        assert reading.network(GetNetworkRequest(person_id="p001")).person_id == "p001"
        assert not reading.lists.done()
        assert reading.running.desk.turns.in_flight
        assert len(list(reading.lists)) == 3 * len(reading.asked) - 1
        until(lambda: not reading.running.desk.turns.in_flight)


def test_a_stream_that_its_caller_leaves_is_over(models):
    """Its place is free, and it counts as cancelled."""
    with Reading(models) as reading:
        next(reading.lists)
        reading.lists.cancel()
        until(lambda: not reading.running.desk.turns.in_flight)
        counts = reading.running.counts.total().counts
        rpc = "RecommendationService/StreamRecommendations"
        assert counts["calls", rpc, "CANCELLED", "default"] == 1


def test_a_stream_whose_time_is_over_says_so(models):
    """In the words of all other calls, by the server itself."""
    tenant = tenant_of(FakeRecommender(), models)
    call = CallContext(tenant=tenant, in_force=tenant.in_force, request_id="", deadline=0.0)
    request = pb.StreamRecommendationsRequest(person_ids=["p000"])
    with pytest.raises(Exception, match="time is over"):
        next(RecommendationService().StreamRecommendations(request, call))


# -- over a real model ----------------------------------------------------------------------------


def test_streams_and_single_calls_agree_on_a_real_model(community, people):
    """All three lists of four people, names and reasons alike."""
    request = pb.StreamRecommendationsRequest(
        person_ids=people, kinds=[NEW, PAST, FADING], result_limit=30
    )
    singles = {
        NEW: (community.lists.RecommendPeople, pb.RecommendPeopleRequest),
        PAST: (community.lists.RecommendReactivations, pb.RecommendReactivationsRequest),
        FADING: (community.lists.RecommendMaintenance, pb.RecommendMaintenanceRequest),
    }
    messages = list(community.lists.StreamRecommendations(request))
    assert len(messages) == 3 * len(people)
    for message in messages:
        method, request_type = singles[message.kind]
        single = method(request_type(person_id=message.person_id, page_size=30))
        assert list(message.recommendations) == list(single.recommendations)
        assert message.answer == single.answer
    assert any(ids(message) for message in messages if message.kind == PAST)


def test_a_single_list_may_be_served_while_a_stream_runs(models):
    """A stream holds one place of the server, not all of it."""
    recommender = Late()
    running = start(tenant_of(recommender, models), replace(CONFIG, threads=2))
    try:
        with grpc.insecure_channel(str(running.address)) as channel:
            stub = RecommendationServiceStub(channel)
            request = pb.StreamRecommendationsRequest(person_ids=["p001", "p002"])
            call = stub.StreamRecommendations(request)
            until(lambda: recommender.queries)
            single = stub.RecommendPeople(pb.RecommendPeopleRequest(person_id="p003"))
            assert single.recommendations
            recommender.may.set()
            assert told(call) == [("p001", NEW, OK), ("p002", NEW, OK)]
    finally:
        recommender.may.set()
        running.stop()
