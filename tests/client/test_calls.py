"""How the client calls: with deadlines, ids and tokens, again where that may be, and never else."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import grpc
import pytest

from recommender.client import CallError, Client
from recommender.client.policy import PACKAGE, POLICIES, service_config
from recommender.v1 import (
    event_service_pb2,
    learner_service_pb2,
    model_service_pb2,
    network_service_pb2,
    recommendation_service_pb2,
)
from tests.client.scripted import scripted

SERVICES = [
    service
    for file in (
        event_service_pb2,
        learner_service_pb2,
        model_service_pb2,
        network_service_pb2,
        recommendation_service_pb2,
    )
    for service in file.DESCRIPTOR.services_by_name.values()
]
METHODS = {
    f"{service.name}/{method.name}": method for service in SERVICES for method in service.methods
}

CALLS = {
    "RecommendationService/RecommendPeople": lambda c: list(c.people("ada")),
    "RecommendationService/RecommendReactivations": lambda c: list(
        c.reactivations("ada", min_silence=timedelta(days=40))
    ),
    "RecommendationService/RecommendMaintenance": lambda c: list(c.maintenance("ada")),
    "RecommendationService/RankPeople": lambda c: list(c.rank("ada", ["bea"])),
    "RecommendationService/StreamRecommendations": lambda c: list(c.stream(["ada"])),
    "RecommendationService/ExplainPair": lambda c: c.explain("ada", "bea"),
    "NetworkService/GetNetwork": lambda c: c.network("ada"),
    "LearnerService/GetLearner": lambda c: c.learner("ada"),
    "LearnerService/UpdateLearner": lambda c: c.update_learner(
        learner_service_pb2.Learner(person_id="ada"), ["dials"]
    ),
    "LearnerService/CreateBlock": lambda c: c.block("ada", "bea"),
    "LearnerService/DeleteBlock": lambda c: c.unblock("ada", "bea"),
    "LearnerService/ListBlocks": lambda c: list(c.blocks("ada")),
    "LearnerService/ErasePerson": lambda c: c.erase("ada"),
    "EventService/WriteEvents": lambda c: c.write_events([event_service_pb2.Event(event_id="1")]),
    "EventService/WriteFeedback": lambda c: c.write_feedback(
        [event_service_pb2.Feedback(event_id="1")]
    ),
    "ModelService/GetModel": lambda c: c.model("models/1"),
    "ModelService/ListModels": lambda c: list(c.models()),
    "ModelService/ActivateModel": lambda c: c.activate("models/1"),
}
"""One call of every method."""
WRITES = [name for name, policy in POLICIES.items() if not policy.read]
READS = [name for name, policy in POLICIES.items() if policy.read]


def request_of(call):
    """The request that a server got."""
    name = call.method.removeprefix(f"/{PACKAGE}.")
    return METHODS[name].input_type._concrete_class.FromString(call.content)


def failing(code, times):
    """Answers that fail so many times, and are empty then."""
    left = [code] * times

    def answer(call, context):
        if left:
            context.abort(left.pop(), "not now")
        return b""

    return answer


def test_every_method_of_the_contract_has_a_policy_and_a_call():
    """And what writes can be told from what reads by its request_id."""
    assert set(POLICIES) == set(METHODS) == set(CALLS)
    for name, method in METHODS.items():
        assert POLICIES[name].read == ("request_id" not in method.input_type.fields_by_name)


@pytest.mark.parametrize("name", CALLS)
def test_every_method_can_be_called(name):
    """It arrives, with its request and within its deadline."""
    with scripted() as server, Client(server.address) as client:
        CALLS[name](client)
    [call] = server.calls
    assert call.method == f"/{PACKAGE}.{name}"
    assert 0 < call.seconds < POLICIES[name].timeout * 1.1  # gRPC rounds it up
    assert request_of(call).ListFields() or name == "ModelService/ListModels"


@pytest.mark.parametrize("name", WRITES)
def test_a_write_has_an_id_that_is_its_own_and_stays_the_same_when_it_is_tried_again(name):
    """So the service can tell a repetition from another write."""
    with scripted(failing(grpc.StatusCode.UNAVAILABLE, 2)) as server, Client(server.address) as c:
        CALLS[name](c)
        CALLS[name](c)
    first, second, third, other = [request_of(call).request_id for call in server.calls]
    assert first == second == third
    assert other not in {first, ""}


def test_a_write_keeps_the_id_that_the_caller_gives():
    """For those who try again by themselves."""
    with scripted() as server, Client(server.address) as client:
        client.unblock("ada", "bea", request_id="mine")
    assert request_of(server.calls[0]).request_id == "mine"


@pytest.mark.parametrize(
    ("name", "code", "tries"),
    [
        *((name, grpc.StatusCode.UNAVAILABLE, 3) for name in CALLS),
        *((name, grpc.StatusCode.CANCELLED, 3) for name in READS),
        *((name, grpc.StatusCode.CANCELLED, 1) for name in WRITES),
        ("NetworkService/GetNetwork", grpc.StatusCode.INTERNAL, 1),
        ("NetworkService/GetNetwork", grpc.StatusCode.DEADLINE_EXCEEDED, 1),
    ],
)
def test_a_call_is_tried_again_where_that_may_be(name, code, tries):
    """Three times at most; what may have been done already is not cut off and done twice."""
    with (
        scripted(failing(code, 5)) as server,
        Client(server.address) as client,
        pytest.raises(CallError) as caught,
    ):
        CALLS[name](client)
    assert caught.value.code == code
    assert len(server.calls) == tries


@pytest.mark.parametrize(("pushback", "tries"), [("1", 3), ("-1", 1)])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_without_room_is_tried_again_as_the_server_says(name, pushback, tries):
    """Nothing of it was done, so this holds for writes too."""

    def answer(call, context):
        context.set_trailing_metadata([("grpc-retry-pushback-ms", pushback)])
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no room")

    with (
        scripted(answer) as server,
        Client(server.address) as client,
        pytest.raises(CallError) as caught,
    ):
        CALLS[name](client)
    assert caught.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert len(server.calls) == tries


def test_a_caller_may_have_less_time():
    """On the same connection; the client itself keeps the usual deadlines."""
    with scripted() as server, Client(server.address) as client:
        client.within(0.5).network("ada")
        client.network("ada")
    hurried, usual = server.calls
    assert hurried.seconds < 1 < usual.seconds


def test_a_deadline_that_passes_is_said():
    """As an error like any other."""
    over = threading.Event()
    with scripted(lambda call, context: over.wait() and b"") as server:
        with Client(server.address) as client, pytest.raises(CallError) as caught:
            client.within(0.01).network("ada")
        over.set()
    assert caught.value.code == grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_stream_that_nobody_reads_on_is_ended():
    """The server is told, and need not go on."""
    ended = threading.Event()

    def answer(call, context):
        context.add_callback(ended.set)
        return b""

    with scripted(answer) as server, Client(server.address) as client:
        lists = client.stream(["ada", "bea"])
        next(lists)
        lists.close()
        assert ended.wait(60)


def test_a_server_that_is_not_there_is_an_error_like_any_other():
    """With gRPC's code, and without a reason."""
    with Client("127.0.0.1:1") as client, pytest.raises(CallError) as caught:
        client.network("ada")
    assert (caught.value.code, caught.value.reason) == (grpc.StatusCode.UNAVAILABLE, "")
    assert "UNAVAILABLE: " in str(caught.value)


def test_the_client_can_be_shared_by_threads():
    """Every thread gets its own answers."""
    with scripted() as server, Client(server.address) as client:
        threads = [threading.Thread(target=client.network, args=(f"p{i}",)) for i in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {request_of(call).person_id for call in server.calls} == {f"p{i}" for i in range(16)}


def test_importing_the_client_imports_nothing_heavy():
    """A web server that only calls should not load the pipeline."""
    heavy = ["numpy", "scipy", "pyarrow", "duckdb", "lark", "recommender.domain", "structlog"]
    program = f"import recommender.client, sys; print([m for m in {heavy} if m in sys.modules])"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_the_service_config_for_other_languages_is_the_one_in_force():
    """A change of a policy is followed by `make docs`."""
    file = Path(__file__).parents[2] / "examples" / "service-config.json"
    assert file.read_text(encoding="utf-8") == service_config()
    named = [one["name"] for one in json.loads(service_config())["methodConfig"]]
    assert [f"{PACKAGE}.{name}" for name in READS + WRITES] == [
        f"{each['service']}/{each['method']}" for names in named for each in names
    ]


def test_who_administers_asks_after_the_health_of_another_service():
    """Where lists are not served."""
    assert '"serviceName": "recommender.v1.ModelService"' in service_config(
        "recommender.v1.ModelService"
    )
