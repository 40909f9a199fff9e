"""A server with a learner store over a real socket, and its stubs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import grpc

from recommender.domain.config import Dials
from recommender.serving.access import DEFAULT
from recommender.serving.tokens import attribution_token
from recommender.store import LearnerStore
from recommender.v1 import (
    event_service_pb2_grpc,
    learner_service_pb2_grpc,
    recommendation_service_pb2_grpc,
)
from tests.serving.fakes import CONFIG, MODEL, PATIENT, FakeRecommender, start, tenant_of

KEY = b"k" * 32
"""The secret of tenants here, so that tests can make tokens."""


def opened_store(url: str, **keywords) -> LearnerStore:
    """A learner store whose only tenant has `KEY`."""
    store = LearnerStore.open(url, **keywords)
    store.key(DEFAULT)
    store._keys[DEFAULT] = KEY
    return store


@contextmanager
def serving(models, store: LearnerStore | None) -> Iterator[SimpleNamespace]:
    """Stubs of a server's services that write, and of lists; `store` is the tenant's."""
    tenant = tenant_of(FakeRecommender(), models)
    tenant.store = store
    running = start(tenant, CONFIG)
    try:
        with grpc.insecure_channel(str(running.address), PATIENT) as channel:
            yield SimpleNamespace(
                learners=learner_service_pb2_grpc.LearnerServiceStub(channel),
                events=event_service_pb2_grpc.EventServiceStub(channel),
                lists=recommendation_service_pb2_grpc.RecommendationServiceStub(channel),
                store=store,
                tenant=tenant,
            )
    finally:
        running.stop()


def token(person_id: str, kind: str = "people") -> str:
    """The attribution token of an answer to a person."""
    dials = Dials(like_mindedness=2, collaboration=1, diversity=1)
    return attribution_token(MODEL, person_id, kind, dials, key=KEY)
