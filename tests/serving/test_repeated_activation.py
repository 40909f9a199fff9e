"""An activation that is sent again is not done again: by no server, and after no restart."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace

import grpc
import pytest

from recommender.domain.errors import StoreUnavailableError
from recommender.domain.versions import activate
from recommender.store import LearnerStore
from recommender.v1 import model_service_pb2 as pb
from recommender.v1.model_service_pb2_grpc import ModelServiceStub
from tests.databases import KINDS, database
from tests.serving.fakes import CONFIG, INFO, FakeRecommender, opened, refused, start, tenant_of

OLD, NEW = INFO.name, "20240801T000000-00000003"


@pytest.fixture
def root(tmp_path):
    """A folder of two models."""
    for name in (OLD, NEW):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
    activate(tmp_path, OLD)
    return tmp_path


@pytest.fixture(params=KINDS)
def url(request, tmp_path_factory):
    with database(request.param, tmp_path_factory.mktemp("store")) as found:
        yield found


@contextmanager
def admin(root, store, open_model=opened):
    """The ModelService of a server that has just been started."""
    tenant = tenant_of(FakeRecommender(), root)
    tenant.store = store
    config = replace(CONFIG, admin_listen="127.0.0.1:0", reload="manual")
    running = start(tenant, config, open_model)
    try:
        with grpc.insecure_channel(str(running.admin_address)) as channel:
            yield ModelServiceStub(channel)
    finally:
        running.stop()


@contextmanager
def opened_store(url):
    store = LearnerStore.open(url)
    try:
        yield store
    finally:
        store.close()


def current(root):
    return (root / "CURRENT").read_text().strip()


def named(name, request_id, **fields):
    return pb.ActivateModelRequest(name=f"models/{name}", request_id=request_id, **fields)


def test_it_gets_the_first_answer_from_every_server_and_after_a_restart(root, url):
    """Even when another model has been activated since; another request has a name of its own."""
    with opened_store(url) as store, admin(root, store) as one, admin(root, store) as other:
        first = one.ActivateModel(named(NEW, "r1"))
        other.ActivateModel(named(OLD, "r2"))
        assert other.ActivateModel(named(NEW, "r1")) == first
        assert current(root) == OLD
    with opened_store(url) as store, admin(root, store) as again:
        assert again.ActivateModel(named(NEW, "r1")) == first
        assert current(root) == OLD
        found = refused(again.ActivateModel, named(OLD, "r1"))
        assert (found.code.name, found.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")


def test_a_check_is_not_remembered(root, url):
    """It does nothing, so that there is nothing to be done once."""
    with opened_store(url) as store, admin(root, store) as models:
        models.ActivateModel(named(NEW, "r1", validate_only=True))
        assert current(root) == OLD
        models.ActivateModel(named(NEW, "r1"))
        assert current(root) == NEW


def test_what_failed_can_be_sent_again(root, url):
    """No answer was given that could be kept."""
    (root / NEW / "manifest.json").write_text("{")
    with opened_store(url) as store, admin(root, store) as models:
        assert refused(models.ActivateModel, named(NEW, "r1")).reason == "MODEL_REFUSED"
        (root / NEW / "manifest.json").write_text("{}")
        assert models.ActivateModel(named(NEW, "r1")).model.name == f"models/{NEW}"


def test_two_at_once_get_one_answer(root, url):
    """The second waits for the first."""
    answers = []
    with opened_store(url) as store, admin(root, store) as models:

        def ask():
            answers.append(models.ActivateModel(named(NEW, "r1")))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [each.previous_model for each in answers] == [f"models/{OLD}"] * 4


def test_writes_go_on_while_a_model_is_opened(root, url):
    """Opening takes longer than a writer waits for its turn."""
    with opened_store(url) as store:

        def opened_meanwhile(tenant, folder):
            with store.writing("default"):
                return opened(tenant, folder)

        with admin(root, store, opened_meanwhile) as models:
            assert models.ActivateModel(named(NEW, "r1")).model.name == f"models/{NEW}"


def test_without_the_store_only_a_request_without_a_name_is_taken(root):
    """Whether a named one came before cannot be told; a model must be rolled back all the same."""

    class Silent:
        def key(self, tenant):
            raise StoreUnavailableError("gone")

    with admin(root, Silent()) as models:
        found = refused(models.ActivateModel, named(NEW, "r1"))
        assert (found.code.name, found.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
        assert current(root) == OLD
        models.ActivateModel(pb.ActivateModelRequest(name=f"models/{NEW}"))
        assert current(root) == NEW
