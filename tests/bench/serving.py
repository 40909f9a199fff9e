"""Serving, held against an empty gRPC server that hands out a message of the same size."""

from __future__ import annotations

import random
import statistics
from pathlib import Path

from recommender.bundle import read_info
from recommender.domain.serve_config import ServeConfig
from recommender.pipeline import Pipeline
from recommender.serving.access import DEFAULT
from recommender.serving.catalog import Catalog
from recommender.serving.context import CallContext
from recommender.serving.recommendation_service import RecommendationService
from recommender.serving.tenants import InForce, Tenant
from recommender.v1.recommendation_service_pb2 import RecommendPeopleRequest
from recommender.v1.steering_pb2 import Dials, Steering
from tests.bench.children import serving, talk
from tests.bench.community import Community
from tests.bench.figures import Figure, Target, ratios

ROUNDS = 5
SECONDS = 4.0
"""Of each round and server, after warming up."""
RESULTS = 20
REQUESTS = 4096
LOAD = 0.7
"""Share of the capacity just measured at which latencies are taken."""
THREADS = ServeConfig().threads

Told = dict[str, list[dict[str, float]]]


def measure(community: Community) -> list[Figure]:
    """Calls per second of server CPU and of wall time, in turns; then latencies under load."""
    pipeline = Pipeline.open(community.models)
    asked = requests(pipeline)
    message, lines = community.folder / "message", community.folder / "requests"
    lines.write_text("\n".join(each.SerializeToString().hex() for each in asked))
    message.write_bytes(usual_answer(pipeline, asked[:201]))
    ours = ("recommender.cli", "serve", "--model", community.models, "--listen", "127.0.0.1:0")
    empty = ("tests.bench.empty_server", message, THREADS)
    logs = community.folder / "ours.log", community.folder / "empty.log"
    with serving(logs[0], *ours) as first, serving(logs[1], *empty) as second:
        servers = {"ours": first, "empty": second}
        closed = _rounds(servers, lines, ROUNDS, 0)
        rate = LOAD * statistics.median(_per_wall(closed, "ours"))
        opened = _rounds(servers, lines, 3, rate)
    size = message.stat().st_size
    section = f"serving: {community.people:,} people, {RESULTS} results, {size:,} bytes"
    return [*_throughput(section, closed), *_latency(f"{section}, {LOAD:.0%} load", opened, rate)]


def requests(pipeline: Pipeline) -> list[RecommendPeopleRequest]:
    """Many people's requests, each with dials of its own."""
    draw = random.Random(0)
    ids = pipeline.model.person_ids
    return [
        RecommendPeopleRequest(
            person_id=ids[draw.randrange(len(ids))],
            page_size=RESULTS,
            steering=Steering(
                dials=Dials(
                    like_mindedness=0.1 + draw.random(),
                    collaboration=0.1 + draw.random(),
                    diversity=0.1 + draw.random(),
                )
            ),
        )
        for _ in range(REQUESTS)
    ]


def usual_answer(pipeline: Pipeline, asked: list[RecommendPeopleRequest]) -> bytes:
    """Of our answers to `asked` the one of median size."""
    service = RecommendationService()
    in_force = InForce(pipeline)
    tenant = Tenant(DEFAULT, in_force, Catalog(Path(), pipeline.info, read_info))
    call = CallContext(tenant=tenant, in_force=in_force, request_id="")
    answers = (service.RecommendPeople(request, call).SerializeToString() for request in asked)
    return sorted(answers, key=len)[len(asked) // 2]


def _rounds(
    servers: dict[str, tuple[str, int]], requests_file: Path, rounds: int, rate: float
) -> Told:
    told: Told = {name: [] for name in servers}
    for _ in range(rounds):
        for name, (address, pid) in servers.items():
            told[name].append(
                talk("tests.bench.client", address, pid, requests_file, SECONDS, rate)
            )
    return told


def _per_wall(told: Told, name: str) -> list[float]:
    return [one["calls"] / one["wall"] for one in told[name]]


def _per_core(told: Told, name: str) -> list[float]:
    return [one["calls"] / one["server_cpu"] for one in told[name]]


def _throughput(section: str, told: Told) -> list[Figure]:
    figures = [
        Figure(section, "calls/s per core", _per_core(told, "ours"), "calls/s"),
        Figure(
            section,
            "calls/s per core to an empty server",
            ratios(_per_core(told, "ours"), _per_core(told, "empty")),
            target=Target(low=0.5),
        ),
        Figure(
            section,
            "calls/s of wall time to an empty server",
            ratios(_per_wall(told, "ours"), _per_wall(told, "empty")),
        ),
    ]
    for name, what in (("ours", "our server"), ("empty", "the empty server")):
        # The client must not be what limits a server: it has a core of its own to fill.
        for cpu, who in (("server_cpu", what), ("client_cpu", f"the client of {what}")):
            busy = [one[cpu] / one["wall"] for one in told[name]]
            figures.append(Figure(section, f"cores busy with {who}", busy))
    return figures


def _latency(section: str, told: Told, rate: float) -> list[Figure]:
    figures = []
    for name, what in (("ours", "our server"), ("empty", "the empty server")):
        for part in ("p50", "p99"):
            samples = [one[part] for one in told[name]]
            target = Target(high=10) if (name, part) == ("ours", "p99") else None
            figures.append(
                Figure(section, f"{part} of {what} at {rate:,.0f} calls/s", samples, "ms", target)
            )
    tails = ([one["p99"] for one in told[name]] for name in ("ours", "empty"))
    figures.append(Figure(section, "p99 to the empty server's", ratios(*tails)))
    refused = [100 * one["refused"] for one in told["ours"]]
    return [*figures, Figure(section, "calls refused as too many at once", refused, "%")]
