"""What becomes known of calls: lines of the log, and traces."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import grpc
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from recommender.serving import logs, server
from recommender.serving.admission import TOKEN_INVALID
from recommender.serving.counts import Counts
from recommender.serving.report import Refused
from recommender.serving.tracing import Spans
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from recommender.v1.recommendation_service_pb2 import RecommendPeopleRequest
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from tests.serving.fakes import CONFIG, SECRET, FakeRecommender, start, tenant_of

PERSON = "p042"
TRACE = "0af7651916cd43dd8448eb211c80319c"
FORGED = '{"event":"call","code":"OK"}'


@contextmanager
def calling(models, **settings):
    """Stubs of a server with these settings."""
    running = start(tenant_of(FakeRecommender(), models), replace(CONFIG, **settings))
    with grpc.insecure_channel(str(running.address)) as channel:
        yield NetworkServiceStub(channel), running
    running.stop()


def ask(stub, person_id: str, **keywords) -> grpc.StatusCode:
    try:
        stub.GetNetwork(GetNetworkRequest(person_id=person_id), **keywords)
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize(
    ("which", "codes"),
    [
        ("all", ["OK", "NOT_FOUND", "INVALID_ARGUMENT", "INTERNAL"]),
        ("failures", ["INTERNAL"]),
        ("none", []),
    ],
)
def test_the_log_has_the_calls_that_are_wanted(models, capsys, which, codes):
    """All; those that the server refused or failed; or none."""
    logs.configure()
    with calling(models, log_calls=which, slow_seconds=600) as (stub, _):
        for person_id in (PERSON, "nobody", "", "boom"):
            ask(stub, person_id)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    found = [line for line in lines if line["event"] == "call"]
    assert [line["code"] for line in found] == codes
    for line in found:
        assert line["method"] == "NetworkService/GetNetwork"
        assert line["tenant"] == "default"
        assert len(line["request_id"]) == 16
    assert [bool(line.get("reference")) for line in found] == [code == "INTERNAL" for code in codes]


def test_slow_calls_are_failures_of_a_kind(models, capsys):
    """They are logged where failures are."""
    logs.configure()
    with calling(models, log_calls="failures", slow_seconds=1e-6) as (stub, _):
        ask(stub, PERSON)
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["code"]) == ("call", "OK")


def test_the_log_names_nobody_and_nothing_of_a_request(models, capsys):
    """Whatever it was that failed; and no request can forge a line."""
    logs.configure()
    secret = f"pln_token\n{FORGED}"
    with calling(models, log_calls="all") as (stub, _):
        for person_id in (PERSON, "nobody", f"x\n{FORGED}\n", "\x1b[31mred", "y" * 10_000):
            ask(stub, person_id, metadata=(("x-odd-bin", secret.encode()),))
        ask(stub, PERSON, metadata=(("traceparent", FORGED), ("authorization", "Bearer pln_tok")))
    said = capsys.readouterr().err
    for line in said.splitlines():
        assert json.loads(line)["method"] == "NetworkService/GetNetwork"
        assert len(line) < 8192
    for word in (PERSON, "nobody", "pln_tok", "red", "yyyy"):
        assert word not in said
    assert FORGED not in said


def test_a_failure_is_told_in_full_in_the_log_alone(models, capsys):
    """The caller gets a reference that finds it."""
    logs.configure()
    with (
        calling(models, log_calls="failures") as (stub, _),
        pytest.raises(grpc.RpcError) as caught,
    ):
        stub.GetNetwork(GetNetworkRequest(person_id="boom"))
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert SECRET in line["exception"]
    assert line["reference"] in caught.value.details()
    assert SECRET not in caught.value.details()


def test_refusals_by_the_thousand_are_a_line_a_second(capsys):
    """With how many there were of the kind; every kind and tenant by itself."""
    logs.configure()
    counts = Counts([])
    refused = Refused(CONFIG, counts)
    for _ in range(1000):
        refused.note("A/b", "acme", TOKEN_INVALID)
    refused.note("A/b", "other", TOKEN_INVALID)
    refused._said = dict.fromkeys(refused._said, float("-inf"))  # a second later
    refused.note("A/b", "acme", TOKEN_INVALID)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["tenant"], line["count"]) for line in lines] == [
        ("acme", 1),
        ("other", 1),
        ("acme", 1000),
    ]
    assert counts.total().counts["shed", "TOKEN_INVALID"] == 1002


class Traced:
    """Spans that a test can look at."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.spans = Spans("http://127.0.0.1:1", self.exporter)

    def finished(self) -> dict[str, object]:
        self.spans._provider.force_flush()
        return {span.name: span for span in self.exporter.get_finished_spans()}


@pytest.fixture
def traced(models, monkeypatch):
    """A server that makes traces, and what becomes of them."""
    found = Traced()
    monkeypatch.setattr(server, "make_tracer", lambda _: found.spans)
    running = start(tenant_of(FakeRecommender(), models), CONFIG)
    with grpc.insecure_channel(str(running.address)) as channel:
        yield found, channel
    running.stop()


def test_a_call_is_a_span_with_one_for_each_stage(traced):
    """Within the caller's trace, and of the time that it took."""
    found, channel = traced
    request = RecommendPeopleRequest(person_id=PERSON)
    parent = f"00-{TRACE}-b7ad6b7169203331-01"
    RecommendationServiceStub(channel).RecommendPeople(request, metadata=(("traceparent", parent),))
    spans = found.finished()
    call = spans.pop("RecommendationService/RecommendPeople")
    assert f"{call.context.trace_id:032x}" == TRACE
    assert f"{call.parent.span_id:016x}" == "b7ad6b7169203331"
    assert call.attributes["rpc.method"] == "RecommendPeople"
    assert call.attributes["rpc.grpc.status"] == "OK"
    assert call.attributes["pln.tenant"] == "default"
    assert spans
    for stage in spans.values():
        assert stage.parent.span_id == call.context.span_id
        assert call.start_time <= stage.start_time <= stage.end_time <= call.end_time
    assert PERSON not in str([span.to_json() for span in (call, *spans.values())])


def test_only_failures_of_the_server_are_errors_of_a_trace(traced):
    """And a trace that came broken begins anew."""
    found, channel = traced
    stub = NetworkServiceStub(channel)
    ask(stub, "boom", metadata=(("traceparent", "no trace at all"),))
    failed = found.finished()["NetworkService/GetNetwork"]
    assert not failed.status.is_ok
    assert failed.parent is None
    assert SECRET not in failed.to_json()
    found.exporter.clear()
    ask(stub, "nobody")
    assert found.finished()["NetworkService/GetNetwork"].status.status_code.name == "UNSET"


def test_what_a_caller_does_not_record_is_not_recorded(traced):
    """The flag of its trace says so."""
    found, channel = traced
    ask(
        NetworkServiceStub(channel),
        PERSON,
        metadata=(("traceparent", f"00-{TRACE}-b7ad6b7169203331-00"),),
    )
    assert found.finished() == {}


def test_without_traces_nothing_of_them_is_loaded():
    """They cost nothing where nobody wants them."""
    script = (
        "import sys, recommender.serving.worker; "
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
