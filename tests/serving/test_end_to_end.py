"""A model of a made-up community, served by the real command line to a real client."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest

from recommender.v1 import recommendation_pb2, tie_pb2
from recommender.v1.model_service_pb2 import ListModelsRequest
from recommender.v1.model_service_pb2_grpc import ModelServiceStub
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from recommender.v1.recommendation_service_pb2 import (
    RecommendPeopleRequest,
    RecommendReactivationsRequest,
)
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from recommender.v1.steering_pb2 import Scope
from tests.cli.conftest import run_here

ROOT = Path(__file__).parents[2]
SERVE = ("serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")


def test_everybody_shown_comes_with_reasons_and_scores(served, people):
    """Scores are finite and in range, and at least one reason stands beside most names."""
    stub = RecommendationServiceStub(served)
    shown = [
        item
        for person in people
        for item in stub.RecommendPeople(RecommendPeopleRequest(person_id=person)).recommendations
    ]
    assert len(shown) == 20 * len(people)
    for item in shown:
        factors = [value for _, value in item.factors.ListFields()]
        assert len(factors) == 9
        for value in factors:
            assert 0 <= value.value <= 1
            assert 0 <= value.confidence <= 1
        assert len(item.reasons) <= 3
        for reason in item.reasons:
            assert reason.kind != recommendation_pb2.REASON_KIND_UNSPECIFIED
            assert 0 < reason.share <= 1
            assert reason.text
    assert sum(bool(item.reasons) for item in shown) > len(shown) / 2


def test_everybody_new_comes_with_chances_and_no_past_tie_does(served, people):
    """The community has enough history to tell them; mutual lies between the two."""
    stub = RecommendationServiceStub(served)
    for person in people:
        page = stub.RecommendPeople(RecommendPeopleRequest(person_id=person))
        for item in page.recommendations:
            assert item.HasField("chances")
            told = item.chances
            one, other = sorted((told.addresses, told.addressed))
            assert 0 < one <= told.mutual * (1 + 1e-6)
            assert told.mutual <= other * (1 + 1e-6)
            assert 0 < told.answers <= 1
            assert other <= 1
        ties = stub.RecommendReactivations(RecommendReactivationsRequest(person_id=person))
        assert not any(item.HasField("chances") for item in ties.recommendations)


def test_reactivations_are_ties_of_the_network(served, people):
    """Who is to be picked up again stands among the asker's own ties."""
    lists, networks = RecommendationServiceStub(served), NetworkServiceStub(served)
    for person in people:
        network = networks.GetNetwork(GetNetworkRequest(person_id=person, tie_limit=500))
        ties = {tie.contact_id for tie in (*network.dormant_ties, *network.fading_ties)}
        ties |= {tie.contact_id for layer in network.layers for tie in layer.ties}
        page = lists.RecommendReactivations(RecommendReactivationsRequest(person_id=person))
        for item in page.recommendations:
            assert item.person_id in ties
            assert item.tie.contact_id == item.person_id
            assert item.tie.layer != tie_pb2.TIE_LAYER_UNSPECIFIED
            assert item.tie.HasField("last_contact_time")


def test_an_excluded_person_makes_room(served, people):
    """The person is gone, and the list is as long as before."""
    stub = RecommendationServiceStub(served)
    before = stub.RecommendPeople(RecommendPeopleRequest(person_id=people[0]))
    first = before.recommendations[0].person_id
    scope = Scope(exclude_person_ids=[first])
    after = stub.RecommendPeople(RecommendPeopleRequest(person_id=people[0], scope=scope))
    assert first not in {item.person_id for item in after.recommendations}
    assert len(after.recommendations) == len(before.recommendations)


def test_the_same_request_gets_the_same_bytes(served, people):
    """Nothing in an answer depends on when or how often it is asked for."""
    stub = RecommendationServiceStub(served)
    request = RecommendPeopleRequest(person_id=people[0])
    first = stub.RecommendPeople(request).SerializeToString(deterministic=True)
    assert stub.RecommendPeople(request).SerializeToString(deterministic=True) == first


def serving(*arguments: str, model: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            # Fewer files than a model has may be open at first, as where tenants are many.
            *("sh", "-c", 'ulimit -Sn 100 && exec "$@"', "sh"),
            *(sys.executable, "-m", "recommender.cli", *SERVE),
            *("--model", str(model), *arguments),
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def listening(process, workers):
    """What so many workers say once they listen."""
    events = []
    for line in process.stderr:
        event = json.loads(line)
        if event["event"] == "listening":
            events.append(event)
        if len(events) == workers:
            break
    return events


@pytest.mark.parametrize("workers", [1, 2])
def test_the_command_line_serves(trained, people, tmp_path, workers):
    """Every worker answers at its own address; a signal ends all, with exit code 0.

    SIGKILL one of two: it is listening again, and the end is still a clean one.
    """
    models = shutil.copytree(trained, tmp_path / "models")  # the store comes to lie beside them
    with serving("--workers", str(workers), model=models) as process:
        events = listening(process, workers)
        (admin,) = filter(None, (event["admin_address"] for event in events))
        with grpc.insecure_channel(admin) as channel:
            (model,) = ModelServiceStub(channel).ListModels(ListModelsRequest()).models
            assert model.person_count == 400
        for event in events:
            with grpc.insecure_channel(event["address"]) as channel:
                request = RecommendPeopleRequest(person_id=people[0])
                assert RecommendationServiceStub(channel).RecommendPeople(request).recommendations
        if workers > 1:
            os.kill(events[0]["pid"], signal.SIGKILL)
            events += listening(process, 1)
            assert len({event["pid"] for event in events}) == 3
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert process.returncode == 0


@pytest.mark.parametrize("name", ["empty", "nowhere"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_folder_that_is_no_model_is_told_in_one_line(tmp_path, workers, name):
    """No traceback, an exit code other than 0, nothing said of or made for the learner store."""
    (tmp_path / "empty").mkdir()
    done = run_here(*SERVE, "--model", tmp_path / name, "--workers", workers)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert str(tmp_path / name) in done.stderr
    assert "pln train" in done.stderr
    assert list((tmp_path / "empty").iterdir()) == []
