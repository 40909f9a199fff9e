"""New models are taken up while the old ones answer; bad ones are not."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import grpc
import pytest

from recommender.domain.answer import Network
from recommender.domain.ids import Row
from recommender.domain.versions import activate
from recommender.serving import reload, server
from recommender.serving.tenants import InForce
from recommender.v1 import model_service_pb2 as pb
from recommender.v1.model_service_pb2_grpc import ModelServiceStub
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from tests.serving.fakes import (
    CONFIG,
    INFO,
    SECRET,
    FakeRecommender,
    read_info,
    refused,
    start,
    tenant_of,
)

OLD, NEW, BAD = INFO.name, "20240801T000000-00000003", "20240901T000000-00000004"


class Named(FakeRecommender):
    """Its answers carry its model's name in two places, read at two moments."""

    def network(self, person: Row, most: int | None = None) -> Network:
        first = self.info.name
        time.sleep(0.0005)
        return replace(super().network(person, most), display_name=first)


class Following:
    """What happened since a model was trained, as far as reloading knows it."""

    position, lag_seconds, ready = 0, 0.0, True

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


def opened(_tenant, folder):
    return InForce(Named(info=read_info(folder)), Following())


@pytest.fixture
def root(tmp_path):
    """A folder of two good models and a bad one."""
    for name in (OLD, NEW, BAD):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{" if name == BAD else "{}")
    activate(tmp_path, OLD)
    return tmp_path


@pytest.fixture
def tenant(root):
    found = tenant_of(Named(), root)
    found.in_force = InForce(Named(), Following())
    return found


@pytest.fixture
def running(tenant):
    found = start(tenant, replace(CONFIG, admin_listen="127.0.0.1:0"), opened)
    yield found
    found.stop()


@pytest.fixture
def models(running):
    with grpc.insecure_channel(str(running.admin_address)) as channel:
        yield ModelServiceStub(channel)


def until(holds) -> None:
    while not holds():
        time.sleep(0.01)


def outcomes(running) -> dict[str, int]:
    counts = running.counts.total().counts
    return {key[2]: number for key, number in counts.items() if key[0] == "reloads"}


def test_a_reload_under_load_fails_and_mixes_nothing(running, tenant, root):
    """Every answer comes whole from one model; the last ones come from the new one."""
    answers, failed, over = [], [], threading.Event()

    def keep_asking():
        with grpc.insecure_channel(str(running.address)) as channel:
            stub = NetworkServiceStub(channel)
            while not over.is_set():
                try:
                    found = stub.GetNetwork(GetNetworkRequest(person_id="p000"))
                except grpc.RpcError as error:
                    failed.append(error)
                else:
                    answers.append((found.display_name, found.answer.model))

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for name in (NEW, OLD, NEW):
        activate(root, name)
        until(lambda name=name: answers and answers[-1][0] == name)
        before = len(answers)
        until(lambda before=before: len(answers) > before + 20)
    over.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {f"models/{name}" == model for name, model in answers} == {True}
    assert {name for name, _ in answers} == {OLD, NEW}
    assert outcomes(running) == {"taken": 3}
    assert tenant.catalog.served.name == NEW


def test_a_call_under_way_ends_with_the_model_it_began_with(tenant):
    """And the old model's following of the store is ended."""
    before = tenant.in_force
    tenant.take_up(opened("", tenant.catalog.root / NEW))
    assert before.live.closed
    assert before.recommender.info.name == OLD
    assert tenant.recommender.info.name == NEW
    assert not tenant.live.closed


def test_a_bad_model_is_refused_once_and_the_old_one_goes_on(running, tenant, root, capsys):
    """It is tried again only when somebody makes it current again."""
    activate(root, BAD)
    until(lambda: outcomes(running))
    reloader = reload.Reloader([tenant], opened, running.counts)
    for _ in range(3):
        reloader.look()
    assert capsys.readouterr().out.count("model refused") == 2  # once by each that watches
    assert tenant.recommender.info.name == OLD
    with grpc.insecure_channel(str(running.address)) as channel:
        found = NetworkServiceStub(channel).GetNetwork(GetNetworkRequest(person_id="p000"))
    assert found.answer.model == f"models/{OLD}"
    (root / BAD / "manifest.json").write_text("{}")
    activate(root, BAD)
    until(lambda: tenant.recommender.info.name == BAD)


def test_a_current_model_that_is_not_there_changes_nothing(tenant, root, capsys, running):
    """It is said, and the next good one is taken up."""
    (root / "CURRENT").write_text("nothing\n")
    until(lambda: outcomes(running))
    assert tenant.recommender.info.name == OLD
    assert "nothing" in capsys.readouterr().out
    activate(root, NEW)
    until(lambda: tenant.recommender.info.name == NEW)


def test_reloading_by_hand_is_left_to_the_next_start(tenant, root):
    """Nobody looks."""
    config = replace(CONFIG, reload="manual")
    building = server._Building([tenant], config, opened, None)
    assert building.model_looks() == []


def test_a_model_is_activated_checked_and_rolled_back_by_call(running, models, tenant, root):
    """At once in this worker, and on disk for all others."""
    checked = models.ActivateModel(
        pb.ActivateModelRequest(name=f"models/{NEW}", validate_only=True)
    )
    assert (checked.model.name, checked.previous_model) == (f"models/{NEW}", f"models/{OLD}")
    assert checked.model.state == pb.MODEL_STATE_AVAILABLE
    assert (root / "CURRENT").read_text().strip() == tenant.recommender.info.name == OLD
    done = models.ActivateModel(pb.ActivateModelRequest(name=f"models/{NEW}"))
    assert (done.model.state, done.previous_model) == (pb.MODEL_STATE_SERVING, f"models/{OLD}")
    assert (root / "CURRENT").read_text().strip() == tenant.recommender.info.name == NEW
    again = models.ActivateModel(pb.ActivateModelRequest(name=f"models/{NEW}"))
    assert again.previous_model == f"models/{NEW}"
    back = models.ActivateModel(pb.ActivateModelRequest(name=f"models/{OLD}"))
    assert (back.model.name, back.previous_model) == (f"models/{OLD}", f"models/{NEW}")
    assert tenant.recommender.info.name == OLD
    assert outcomes(running) == {"taken": 2}


def test_a_repeated_activation_does_nothing_more(models, tenant):
    """It gets the first answer, even when another model has been activated since."""
    request = pb.ActivateModelRequest(name=f"models/{NEW}", request_id="r1")
    first = models.ActivateModel(request)
    models.ActivateModel(pb.ActivateModelRequest(name=f"models/{OLD}", request_id="r2"))
    assert models.ActivateModel(request) == first
    assert tenant.recommender.info.name == OLD
    other = pb.ActivateModelRequest(name=f"models/{OLD}", request_id="r1")
    found = refused(models.ActivateModel, other)
    assert (found.code.name, found.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")


@pytest.mark.parametrize("validate_only", [True, False])
def test_a_bad_model_cannot_be_activated(models, tenant, root, validate_only):
    """The caller is told so, and nothing of the server's files."""
    request = pb.ActivateModelRequest(name=f"models/{BAD}", validate_only=validate_only)
    found = refused(models.ActivateModel, request)
    assert (found.code.name, found.reason) == ("FAILED_PRECONDITION", "MODEL_REFUSED")
    assert SECRET not in found.raw
    assert str(root) not in found.raw
    assert (root / "CURRENT").read_text().strip() == tenant.recommender.info.name == OLD


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("", "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
        (OLD, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
        ("models/none", "NOT_FOUND", "MODEL_NOT_FOUND"),
        ("models/..", "NOT_FOUND", "MODEL_NOT_FOUND"),
    ],
)
def test_what_is_no_model_cannot_be_activated(models, name, code, reason):
    """Names are only compared with those on disk."""
    found = refused(models.ActivateModel, pb.ActivateModelRequest(name=name))
    assert (found.code.name, found.reason) == (code, reason)


def test_a_version_served_by_its_own_path_stays(root):
    """There is no folder whose current model could be another."""
    config = replace(CONFIG, admin_listen="127.0.0.1:0")
    running = start(tenant_of(FakeRecommender(), root / OLD), config, opened)
    with grpc.insecure_channel(str(running.admin_address)) as channel:
        request = pb.ActivateModelRequest(name=f"models/{OLD}")
        found = refused(ModelServiceStub(channel).ActivateModel, request)
    running.stop()
    assert (found.code.name, found.reason) == ("FAILED_PRECONDITION", "MODEL_FIXED")


def test_the_admin_listener_may_be_a_file_for_one_user(root, tmp_path, models):
    """Of mode 0600; a file that is left over is replaced, one that is in use is not."""
    path = tmp_path / "admin.sock"
    config = replace(CONFIG, admin_listen=f"unix:{path}")
    running = start(tenant_of(FakeRecommender(), root), config, opened)
    assert path.stat().st_mode & 0o777 == 0o600
    with grpc.insecure_channel(f"unix:{path}") as channel:
        found = ModelServiceStub(channel).ListModels(pb.ListModelsRequest())
    assert len(found.models) == 3
    with pytest.raises(Exception, match="in use by another program"):
        start(tenant_of(FakeRecommender(), root), config, opened)
    running.stop()


@pytest.mark.parametrize("text", ["0.0.0.0:0", "unix:/nowhere/at/all.sock", "nonsense"])
def test_the_admin_listener_is_not_for_others(root, text):
    """A port that other machines reach is refused, as is what is no address."""
    with pytest.raises(Exception, match=r"serve\.admin_listen"):
        start(tenant_of(FakeRecommender(), root), replace(CONFIG, admin_listen=text), opened)
