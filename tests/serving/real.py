"""A server over a real model and a real learner store, as `pln serve` has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import grpc

from recommender.bundle import read_info
from recommender.domain.versions import resolve
from recommender.serving.access import DEFAULT
from recommender.serving.catalog import Catalog
from recommender.serving.hosting import open_model
from recommender.serving.tenants import Tenant
from recommender.store import LearnerStore
from recommender.v1 import (
    event_service_pb2_grpc,
    learner_service_pb2_grpc,
    network_service_pb2_grpc,
    recommendation_service_pb2_grpc,
)
from tests.serving.fakes import CONFIG, PATIENT, start
from tests.serving.waiting import until


class Real(SimpleNamespace):
    """Stubs of a server's services, and what it stands on: store, tenant, in_force."""

    def settle(self) -> None:
        """Wait until all that the store has counts."""
        newest = self.store.position(DEFAULT)
        until(lambda: self.in_force.live.position >= newest)


@contextmanager
def real(models: Path, url: str, **settings) -> Iterator[Real]:
    """A server of the current model of `models`, with the learner store at `url`."""
    store = LearnerStore.open(url)
    in_force = open_model(store, DEFAULT, resolve(models))
    catalog = Catalog(models, in_force.recommender.info, read_info)
    tenant = Tenant(DEFAULT, in_force, catalog, store)
    running = start(tenant, replace(CONFIG, **settings))
    try:
        with grpc.insecure_channel(str(running.address), PATIENT) as channel:
            yield Real(
                lists=recommendation_service_pb2_grpc.RecommendationServiceStub(channel),
                networks=network_service_pb2_grpc.NetworkServiceStub(channel),
                learners=learner_service_pb2_grpc.LearnerServiceStub(channel),
                events=event_service_pb2_grpc.EventServiceStub(channel),
                store=store,
                tenant=tenant,
                in_force=in_force,
            )
    finally:
        running.stop()
        in_force.live.close()
        store.close()
