"""A server over a fake recommender and one over a real model, shared by the tests of calls."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import grpc
import pytest
import structlog
from grpc_health.v1 import health_pb2_grpc

from ingestion.sample import write_sample
from ingestion.snapshot import ingest
from recommender.bundle import read_info as read_model_info
from recommender.domain.config import IngestConfig, TrainConfig
from recommender.pipeline import Pipeline
from recommender.serving.turns import InTurn
from recommender.train import train
from recommender.v1 import (
    model_service_pb2_grpc,
    network_service_pb2_grpc,
    recommendation_service_pb2_grpc,
)
from tests.databases import KINDS, database
from tests.serving.fakes import CONFIG, INFO, PATIENT, FakeRecommender, start, tenant_of
from tests.serving.real import real
from tests.serving.stored import opened_store, serving


@pytest.fixture(autouse=True)
def plain_logs():
    """Logs as structlog makes them by default, whatever a test has made of them."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder with the served model, an older one, and one that is broken."""
    root = tmp_path_factory.mktemp("models")
    for name, manifest in {
        INFO.name: "{}",
        "20240601T000000-00000001": "{}",
        "20240501T000000-00000002": "{",
    }.items():
        (root / name).mkdir()
        (root / name / "manifest.json").write_text(manifest)
    (root / "CURRENT").write_text(INFO.name + "\n")
    return root


@pytest.fixture(scope="session")
def recommender():
    return FakeRecommender()


@pytest.fixture(scope="session")
def running(recommender, models, tmp_path_factory):
    config = replace(CONFIG, admin_listen="127.0.0.1:0")
    tenant = tenant_of(recommender, models)
    with database("sqlite", tmp_path_factory.mktemp("store")) as url:
        tenant.store = opened_store(url)
    found = start(tenant, config)
    yield found
    found.stop()
    tenant.store.close()


@pytest.fixture(scope="session")
def channel(running):
    with grpc.insecure_channel(str(running.address), PATIENT) as found:
        yield found


@pytest.fixture(scope="session")
def admin(running):
    """Where ModelService is."""
    with grpc.insecure_channel(str(running.admin_address), PATIENT) as found:
        yield found


@pytest.fixture(scope="session")
def client(channel, admin):
    """Stubs of the services that this server registers."""
    return SimpleNamespace(
        recommendations=recommendation_service_pb2_grpc.RecommendationServiceStub(channel),
        networks=network_service_pb2_grpc.NetworkServiceStub(channel),
        models=model_service_pb2_grpc.ModelServiceStub(admin),
        health=health_pb2_grpc.HealthStub(channel),
    )


@pytest.fixture(scope="session")
def trained(shared):
    """A folder of models with one model of 400 people; leave it as it is."""

    def make(root):
        write_sample(root / "tables", 400, 0)
        ingest(root / "tables", root / "snapshots", IngestConfig())
        train(
            root / "snapshots",
            root / "models",
            TrainConfig(embedding_size=16, ranker="plain", look_back=2),
        )

    return shared("community", make) / "models"


@pytest.fixture(scope="session")
def pipeline(trained):
    return Pipeline.open(trained)


@pytest.fixture(scope="session")
def people(pipeline):
    """Four people, far apart in the table."""
    ids = pipeline.model.person_ids
    return [ids[row] for row in range(0, len(ids), len(ids) // 4)]


@pytest.fixture(scope="session")
def served(trained, pipeline):
    found = start(tenant_of(InTurn(pipeline), trained, read_model_info), CONFIG)
    with grpc.insecure_channel(str(found.address), PATIENT) as channel:
        yield channel
    found.stop()


@pytest.fixture(scope="module")
def community(trained, tmp_path_factory):
    """A server of the model of 400 people, with a store that one module may do anything to."""
    with (
        database("sqlite", tmp_path_factory.mktemp("store")) as url,
        real(trained, url) as found,
    ):
        yield found


@pytest.fixture(scope="session", params=KINDS)
def anywhere(request, models, tmp_path_factory):
    """Stubs of a server with an empty learner store, one on each kind of database."""
    with database(request.param, tmp_path_factory.mktemp("store")) as url:
        store = opened_store(url, patience=30)
        with serving(models, store) as found:
            yield found
        store.close()


@pytest.fixture(scope="session")
def writer(models, tmp_path_factory):
    """Stubs of a server with a learner store in a file."""
    with database("sqlite", tmp_path_factory.mktemp("store")) as url:
        store = opened_store(url)
        with serving(models, store) as found:
            yield found
        store.close()


@pytest.fixture(scope="module")
def alone(models, tmp_path_factory):
    """A server with a store that one module may do anything to, and what it stands on."""
    recommender = FakeRecommender()
    with database("sqlite", tmp_path_factory.mktemp("store")) as url:
        store = opened_store(url)
        tenant = replace(tenant_of(recommender, models), store=store)
        found = start(tenant, replace(CONFIG, admin_listen="127.0.0.1:0"))
        with (
            grpc.insecure_channel(str(found.address), PATIENT) as channel,
            grpc.insecure_channel(str(found.admin_address), PATIENT) as admin,
        ):
            yield SimpleNamespace(
                channel=channel,
                admin=admin,
                address=str(found.address),
                recommender=recommender,
                store=store,
            )
        found.stop()
        store.close()
