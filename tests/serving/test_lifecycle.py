"""How a server starts and ends, as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from recommender.domain.errors import AddressInUseError, InvalidArgumentError
from recommender.domain.serve_config import ServeConfig
from recommender.serving.run import serve
from recommender.v1.recommendation_service_pb2 import RecommendPeopleRequest
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from tests.serving.fakes import CONFIG, FakeRecommender, start, tenant_of

ROOT = Path(__file__).parents[2]


class Process:
    """A server process, read by its log."""

    def __init__(self, config: ServeConfig, models: Path, gate: Path) -> None:
        os.mkfifo(gate)
        self.gate = gate
        self.seen: list[dict] = []
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.serving.fake_server"),
                *(json.dumps(asdict(config)), str(models), str(gate)),
            ],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.address = self.until("listening")["address"]

    def until(self, event: str) -> dict:
        """Read the log up to this event; every line of it must be JSON."""
        for line in self.process.stderr:
            self.seen.append(json.loads(line))
            if self.seen[-1]["event"] == event:
                return self.seen[-1]
        raise AssertionError(f"{event!r} never came; the log was {self.seen}")

    def end(self) -> int:
        self.until("stopped")
        return self.process.wait()


@pytest.fixture
def launch(models, tmp_path):
    """Starts a server process; kills it after the test if it still lives."""
    started = []

    def run(**settings) -> Process:
        started.append(Process(replace(CONFIG, **settings), models, tmp_path / "gate"))
        return started[-1]

    yield run
    for each in started:
        each.process.kill()
        each.process.wait()
        each.process.stderr.close()


def call(channel, person_id: str):
    """A call under way."""
    stub = RecommendationServiceStub(channel)
    return stub.RecommendPeople.future(RecommendPeopleRequest(person_id=person_id))


def wait_until_refused(address: str) -> None:
    """Return once nobody accepts connections at `address` any more."""
    host, _, port = address.rpartition(":")
    while True:
        try:
            socket.create_connection((host, int(port))).close()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:
            continue  # caught it closing


def test_a_draining_server_says_so_and_serves_on(launch):
    """In the lame duck time health is NOT_SERVING, and calls are still answered."""
    server = launch(lame_duck_seconds=600)
    with grpc.insecure_channel(server.address) as channel:
        call(channel, "p000").result()
        server.process.send_signal(signal.SIGTERM)
        server.until("draining")
        health = health_pb2_grpc.HealthStub(channel)
        while health.Check(health_pb2.HealthCheckRequest()).status == 1:
            pass  # the log line is written just before health changes
        assert call(channel, "p000").result().recommendations
        server.process.send_signal(signal.SIGTERM)
        assert server.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_calls_under_way_end_before_the_server_does(launch, number):
    """No new call is taken, the one under way is answered, and the exit code is 0."""
    server = launch(grace_seconds=600)
    with grpc.insecure_channel(server.address) as channel:
        under_way = call(channel, "p001")
        server.until("waiting")
        server.process.send_signal(number)
        server.until("draining")
        wait_until_refused(server.address)
        server.gate.write_bytes(b"go on")
        assert under_way.result().recommendations
    assert server.end() == 0


def test_a_second_signal_ends_all_at_once(launch):
    """Calls under way are cut off, and the exit code says so."""
    server = launch(grace_seconds=600)
    with grpc.insecure_channel(server.address) as channel:
        under_way = call(channel, "p001")
        server.until("waiting")
        server.process.send_signal(signal.SIGTERM)
        server.until("draining")
        wait_until_refused(server.address)
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(grpc.RpcError):
            under_way.result()
    assert server.end() == 1


def test_every_call_is_one_line_of_the_log(launch):
    """Method, code and time; never the person."""
    server = launch()
    with grpc.insecure_channel(server.address) as channel:
        call(channel, "p000").result()
        found = server.until("call")
        assert call(channel, "nobody").exception()
        missed = server.until("call")
    assert (found["method"], found["code"]) == (
        "RecommendationService/RecommendPeople",
        "OK",
    )
    assert (missed["code"], missed["reason"]) == ("NOT_FOUND", "PERSON_NOT_FOUND")
    assert found["ms"] >= 0
    assert "nobody" not in str(missed)


def test_two_servers_never_share_a_port(running, models):
    """The second one is told, in one line, that the address is taken."""
    config = replace(CONFIG, listen=str(running.address))
    with pytest.raises(AddressInUseError, match=str(running.address)):
        start(tenant_of(FakeRecommender(), models), config)


@pytest.mark.parametrize("workers", [1, 3])
def test_calls_from_elsewhere_are_refused_before_anything_starts(tmp_path, workers):
    """No model is opened and no worker started for an address that must not be had."""
    config = ServeConfig(listen="0.0.0.0:50051", workers=workers)
    with pytest.raises(InvalidArgumentError, match="not encrypted"):
        serve(tmp_path, config)
