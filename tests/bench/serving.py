"""Serving, held against an empty gRPC server that hands out the same bytes; and two workers.

The load is made by h2load, on the same cores: its share is told.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from recommender.domain.serve_config import ServeConfig
from tests.bench import bodies, h2load
from tests.bench.bodies import RESULTS, Asked
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Target, ratios
from tests.bench.h2load import Shot, Told
from tests.bench.process import tallies
from tests.bench.servers import Server, our_server, serving

LOAD = 0.7
"""Share of the capacity just measured at which latencies are taken."""
SHOTS = 4
"""Calls under way at each worker: as many as it has threads."""
WARM_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of each round, by server: closed loop, then open; and what ours then counted."""

    closed: dict[str, list[Told]] = field(default_factory=dict)
    opened: dict[str, list[Told]] = field(default_factory=dict)
    refused: list[float] = field(default_factory=list)
    degraded: list[float] = field(default_factory=list)


def measure(community: Community, effort: Effort) -> list[Figure]:
    """Calls a second of server CPU and of wall time, in turns; then latencies under load."""
    folder = community.folder / "serving"
    ids = bodies.people(community.models)
    with our_server(folder / "one", community.models) as one:
        asked = bodies.prepared(one.workers[0].address, ids, SHOTS * effort.rounds, folder)
        message = folder / "message"
        message.write_bytes(bodies.usual(asked))
        empty = ("tests.bench.empty_server", message, ServeConfig().threads)
        with (
            serving(folder / "empty.log", *map(str, empty)) as second,
            our_server(folder / "two", community.models, workers=2) as pair,
        ):
            servers = {"ours": one, "empty": second, "two": pair}
            taken = _rounds(servers, asked, effort)
            rate = LOAD * statistics.median(told.rate for told in taken.closed["ours"])
            _latencies(servers, asked, effort, rate, taken)
    size = f"{len(bodies.usual(asked)):,} bytes"
    section = f"serving: {community.people:,} people, {RESULTS} results, {size}"
    return [
        *_throughput(section, taken),
        *_latency(f"{section}, {LOAD:.0%} load", taken, rate),
        *_workers("serving: two workers beside one", taken),
    ]


def _rounds(servers: dict[str, Server], asked: Sequence[Asked], effort: Effort) -> Taken:
    taken = Taken()
    for server in servers.values():
        _closed(server, asked, WARM_SECONDS)
    for place in range(effort.rounds):
        part = asked[SHOTS * place :][:SHOTS]
        for name, server in servers.items():
            taken.closed.setdefault(name, []).append(_closed(server, part, effort.seconds))
    return taken


def _closed(server: Server, asked: Sequence[Asked], seconds: float) -> Told:
    shots = [Shot(worker.address, each.body) for worker in server.workers for each in asked[:SHOTS]]
    before = _counted(server)
    told = h2load.closed(shots, _pids(server), seconds, server.log.with_suffix(".calls"))
    counted = _counted(server) - before
    if counted.keys() - {"OK", "CANCELLED"}:  # the last may be cut off
        raise RuntimeError(f"not all calls were answered in full: {dict(counted)}")
    return told


def _latencies(
    servers: dict[str, Server], asked: Sequence[Asked], effort: Effort, rate: float, taken: Taken
) -> None:
    """Open loop, in turns; many people's requests at once."""
    for place in range(effort.rounds):
        part = asked[SHOTS * place :][:SHOTS]
        for name in ("ours", "empty"):
            server = servers[name]
            shots = [Shot(server.workers[0].address, each.body) for each in part]
            before = _counted(server)
            log = server.log.with_suffix(".calls")
            told = h2load.opened(shots, _pids(server), effort.seconds, rate, log)
            taken.opened.setdefault(name, []).append(told)
            if name == "ours":
                counted = _counted(server) - before
                taken.refused.append(100 * counted["RESOURCE_EXHAUSTED"] / told.calls)
                taken.degraded.append(100 * counted["degraded"] / told.calls)


def _pids(server: Server) -> list[int]:
    return [worker.pid for worker in server.workers]


def _counted(server: Server) -> Counter[str]:
    return tallies(worker for worker in server.workers if worker.metrics)


def _per_core(found: Sequence[Told]) -> list[float]:
    return [told.calls / told.server_cpu for told in found]


def _per_wall(found: Sequence[Told]) -> list[float]:
    return [told.rate for told in found]


def _throughput(section: str, taken: Taken) -> list[Figure]:
    closed = taken.closed
    return [
        Figure(section, "calls/s per core", _per_core(closed["ours"]), "calls/s"),
        Figure(section, "calls/s per core, empty server", _per_core(closed["empty"]), "calls/s"),
        Figure(
            section,
            "calls/s per core to an empty server",
            ratios(_per_core(closed["ours"]), _per_core(closed["empty"])),
            target=Target(low=0.5),
        ),
        Figure(
            section,
            "calls/s of wall time to an empty server",
            ratios(_per_wall(closed["ours"]), _per_wall(closed["empty"])),
        ),
        *_busy(section, "our server", closed["ours"]),
        *_busy(section, "the empty server", closed["empty"]),
    ]


def _busy(section: str, what: str, found: Sequence[Told]) -> list[Figure]:
    """The load must not be what limits a server: it has a core of its own to fill."""
    server = [told.server_cpu / told.wall for told in found]
    load = [told.load_cpu / told.wall for told in found]
    return [
        Figure(section, f"cores busy with {what}", server),
        Figure(section, f"cores busy with h2load on {what}", load),
    ]


def _latency(section: str, taken: Taken, rate: float) -> list[Figure]:
    figures = []
    targets = {"p50": Target(high=3), "p99": Target(high=10)}
    for name, what in (("ours", "our server"), ("empty", "the empty server")):
        for part, share in (("p50", 0.5), ("p99", 0.99)):
            samples = [told.latency(share) for told in taken.opened[name]]
            target = targets[part] if name == "ours" else None
            figures.append(
                Figure(section, f"{part} of {what} at {rate:,.0f} calls/s", samples, "ms", target)
            )
    tails = ([told.latency(0.99) for told in taken.opened[name]] for name in ("ours", "empty"))
    return [
        *figures,
        Figure(section, "p99 to the empty server's", ratios(*tails)),
        Figure(section, "calls refused as too many at once", taken.refused, "%"),
        Figure(section, "answers degraded as the server was near its limit", taken.degraded, "%"),
        *_busy(section, "our server", taken.opened["ours"]),
    ]


def _workers(section: str, taken: Taken) -> list[Figure]:
    one, two = taken.closed["ours"], taken.closed["two"]
    return [
        Figure(section, "calls/s of wall time, two workers", _per_wall(two), "calls/s"),
        Figure(section, "calls/s of wall time, one worker", _per_wall(one), "calls/s"),
        Figure(section, "two workers to one", ratios(_per_wall(two), _per_wall(one))),
        Figure(section, "calls/s per core, two to one", ratios(_per_core(two), _per_core(one))),
        *_busy(section, "two workers", two),
    ]
