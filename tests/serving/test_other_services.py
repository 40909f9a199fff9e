"""GetNetwork, the models, health and reflection over a real socket; all else is UNIMPLEMENTED."""

from __future__ import annotations

from dataclasses import replace

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from recommender.serving.catalog import Catalog
from recommender.v1 import (
    event_service_pb2,
    learner_service_pb2,
    model_service_pb2,
    network_service_pb2,
    recommendation_service_pb2,
    tie_pb2,
)
from recommender.v1.model_service_pb2 import GetModelRequest, ListModelsRequest
from recommender.v1.network_service_pb2 import GetNetworkRequest
from tests.serving.fakes import (
    CONFIG,
    INFO,
    MODEL,
    SECRET,
    FakeRecommender,
    read_info,
    refused,
    start,
    tenant_of,
)

ANSWERED = {
    "RecommendPeople",
    "RecommendReactivations",
    "RecommendMaintenance",
    "RankPeople",
    "StreamRecommendations",
    "ExplainPair",
    "GetNetwork",
    "GetLearner",
    "UpdateLearner",
    "CreateBlock",
    "DeleteBlock",
    "ListBlocks",
    "ErasePerson",
    "WriteEvents",
    "WriteFeedback",
}
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
METHODS = [f"/{s.full_name}/{m.name}" for s in SERVICES for m in s.methods]
OTHERS = [path for path in METHODS if path.rpartition("/")[2] not in ANSWERED]


@pytest.mark.parametrize("path", OTHERS)
def test_what_is_not_served_yet_is_unimplemented(channel, path):
    """The word comes from gRPC itself, for every RPC of the contract that has no answer yet."""
    found = refused(channel.unary_unary(path), b"")
    assert found.code is grpc.StatusCode.UNIMPLEMENTED


def test_what_is_served_is_all_that_should_be(channel):
    """Every other RPC of the contract is there, and refuses an empty request by itself at most."""
    assert len(METHODS) - len(OTHERS) == len(ANSWERED)


def test_a_network_comes_by_layer(client):
    """Every layer is there, strongest first; fading and dormant ties stand apart, counted once."""
    found = client.networks.GetNetwork(GetNetworkRequest(person_id="p000"))
    assert (found.person_id, found.display_name) == ("p000", "Ada")
    assert [(layer.layer, layer.tie_count, len(layer.ties)) for layer in found.layers] == [
        (tie_pb2.TIE_LAYER_COMMUNALITY, 2, 2),
        (tie_pb2.TIE_LAYER_SOCIALITY, 0, 0),
        (tie_pb2.TIE_LAYER_CONNECTIVITY, 1, 1),
    ]
    assert (found.dormant_tie_count, found.dormant_ties[0].contact_id) == (1, "p007")
    assert (found.fading_tie_count, found.fading_ties[0].contact_id) == (1, "p008")
    assert [topic.topic_id for topic in found.missing_topics] == ["t2", "t3"]
    assert (found.community_count, found.diversity) == (2, 0.375)
    assert found.answer.model == f"models/{MODEL}"


def test_a_tie_tells_its_state_and_its_rhythm(client):
    """Active in a layer, fading, dormant; and what is foreseen of it."""
    found = client.networks.GetNetwork(GetNetworkRequest(person_id="p000"))
    states = [
        found.layers[0].ties[0].state,
        found.fading_ties[0].state,
        found.dormant_ties[0].state,
    ]
    assert states == [
        tie_pb2.TIE_STATE_ACTIVE,
        tie_pb2.TIE_STATE_FADING,
        tie_pb2.TIE_STATE_DORMANT,
    ]
    tie = found.fading_ties[0]
    assert tie.usual_gap_duration.ToTimedelta().days == 1
    assert (tie.peak_strength, tie.return_probability) == (0.75, 0.25)


def test_a_network_is_cut_but_counted_in_full(client):
    """tie_limit bounds each list, not the counts."""
    found = client.networks.GetNetwork(GetNetworkRequest(person_id="p000", tie_limit=1))
    assert (len(found.layers[0].ties), found.layers[0].tie_count) == (1, 2)


@pytest.mark.parametrize(
    ("request_", "code", "fields"),
    [
        (GetNetworkRequest(), "INVALID_ARGUMENT", ["person_id"]),
        (GetNetworkRequest(person_id="p000", tie_limit=-1), "INVALID_ARGUMENT", ["tie_limit"]),
        (GetNetworkRequest(person_id="nobody"), "NOT_FOUND", []),
    ],
)
def test_a_network_that_cannot_be_told_says_why(client, request_, code, fields):
    """Missing, negative and unknown are told apart."""
    found = refused(client.networks.GetNetwork, request_)
    assert (found.code.name, found.fields) == (code, fields)


def test_the_served_model_tells_its_figures(client):
    """What the pipeline says of its model reaches the caller."""
    found = client.models.GetModel(GetModelRequest(name=f"models/{MODEL}"))
    assert (found.state, found.snapshot) == (model_service_pb2.MODEL_STATE_SERVING, INFO.snapshot)
    assert (found.person_count, found.tie_count, found.size_bytes) == (250, 99, 123_456)


def test_models_are_listed_newest_first(client):
    """The served one, one that could be, and one that is broken, and says nothing of why."""
    found = client.models.ListModels(ListModelsRequest())
    assert [(model.name, model.state) for model in found.models] == [
        (f"models/{MODEL}", model_service_pb2.MODEL_STATE_SERVING),
        ("models/20240601T000000-00000001", model_service_pb2.MODEL_STATE_AVAILABLE),
        ("models/20240501T000000-00000002", model_service_pb2.MODEL_STATE_REFUSED),
    ]
    assert SECRET not in str(found)


def test_models_come_in_pages(client):
    """Pages of one join to the whole list."""
    names, token = [], ""
    while True:
        page = client.models.ListModels(ListModelsRequest(page_size=1, page_token=token))
        names += [model.name for model in page.models]
        token = page.next_page_token
        if not token:
            break
    whole = client.models.ListModels(ListModelsRequest())
    assert names == [model.name for model in whole.models]


@pytest.mark.parametrize("name", ["", "models/", MODEL, "models/../x", "models/a/b", "modelsx/a"])
def test_what_is_no_name_of_a_model_is_refused(client, name):
    """Names have the form models/{model}."""
    found = refused(client.models.GetModel, GetModelRequest(name=name))
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["name"])


@pytest.mark.parametrize("name", ["models/..", "models/nothing", "models/a\0b", "models/~"])
def test_a_model_that_is_not_there_is_not_found(client, name):
    """Names are compared with those on disk and open nothing."""
    found = refused(client.models.GetModel, GetModelRequest(name=name))
    assert (found.code.name, found.reason) == ("NOT_FOUND", "MODEL_NOT_FOUND")


def test_one_version_served_by_its_own_path_stands_alone(models):
    """Folders beside a version that was named by itself are nobody's business."""
    catalog = Catalog(models / MODEL, INFO, read_info)
    assert catalog.names() == [MODEL]


@pytest.mark.parametrize("name", ["", *(s.full_name for s in SERVICES if s.methods)])
def test_health_tells_which_services_there_are(client, name):
    """Registered services are SERVING; others are unknown to it."""
    request = health_pb2.HealthCheckRequest(service=name)
    there = {
        "",
        "recommender.v1.RecommendationService",
        "recommender.v1.NetworkService",
        "recommender.v1.LearnerService",
        "recommender.v1.EventService",
    }
    if name in there:
        assert client.health.Check(request).status == health_pb2.HealthCheckResponse.SERVING
    else:
        assert refused(client.health.Check, request).code is grpc.StatusCode.NOT_FOUND


def services_told(address) -> set[str]:
    """The services that a server names by reflection."""
    with grpc.insecure_channel(str(address)) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        (answer,) = stub.ServerReflectionInfo(iter([asked]))
        return {service.name for service in answer.list_services_response.service}


def test_reflection_is_off_unless_asked_for(running):
    """A server does not describe itself by default."""
    found = refused(services_told, running.address)
    assert found.code is grpc.StatusCode.UNIMPLEMENTED


def test_reflection_and_probes_have_their_place_where_asked_for(models):
    """Reflection names what is served; health, and nothing else, answers on its own port too."""
    config = replace(CONFIG, reflection=True, health_listen="127.0.0.1:0")
    found = start(tenant_of(FakeRecommender(), models), config)
    try:
        assert "recommender.v1.NetworkService" in services_told(found.address)
        with grpc.insecure_channel(str(found.probes.health_address)) as channel:
            probe = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
            assert probe.status == health_pb2.HealthCheckResponse.SERVING
            call = channel.unary_unary("/recommender.v1.NetworkService/GetNetwork")
            assert refused(call, b"").code is grpc.StatusCode.UNIMPLEMENTED
    finally:
        found.stop()
