"""Ten times as many calls as a worker can answer: what still comes of it.

h2load makes the flood; a thin stream of our own calls tells answers from refusals, as h2load
cannot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.bench import bodies, h2load
from tests.bench.bodies import Asked
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Target
from tests.bench.h2load import Shot, Told, quantile
from tests.bench.probe import OK, SHED, Met, probing
from tests.bench.process import tallies
from tests.bench.servers import Worker, our_server

TIMES = 10
LOAD = 0.7
PROBES = 50.0
"""Our own calls a second, which count as part of the load."""
SHOTS = 4


@dataclass(frozen=True, slots=True)
class Phase:
    """What came of a load: by h2load, by our own calls, and by what the server counted."""

    told: Told
    met: Met
    counted: Counter[str]


def measure(community: Community, effort: Effort) -> list[Figure]:
    """Capacity, then 70 % of it, then ten times as much."""
    folder = community.folder / "overload"
    ids = bodies.people(community.models)
    with our_server(folder, community.models) as server:
        (worker,) = server.workers
        asked = bodies.prepared(worker.address, ids, SHOTS, folder)
        shots = [Shot(worker.address, each.body) for each in asked]
        log = folder / "calls"
        h2load.closed(shots, [worker.pid], 1.0, log)
        capacity = h2load.closed(shots, [worker.pid], 2 * effort.seconds, log)
        usual = _usual(worker, asked, effort, LOAD * capacity.rate)
        flood = _flood(worker, asked, effort, TIMES * capacity.rate)
    section = f"overload: {TIMES} × capacity for {effort.overload_seconds:g} s"
    return _figures(section, capacity, usual, flood)


def _usual(worker: Worker, asked: list[Asked], effort: Effort, rate: float) -> Phase:
    shots = [Shot(worker.address, each.body) for each in asked]
    log = asked[0].body.with_name("usual")
    before = tallies([worker])
    with probing(worker, [each.request.SerializeToString() for each in asked], PROBES) as met:
        seconds = max(effort.overload_seconds / 2, effort.seconds)
        told = h2load.opened(shots, [worker.pid], seconds, max(rate - PROBES, 1), log)
    return Phase(told, met, tallies([worker]) - before)


def _flood(worker: Worker, asked: list[Asked], effort: Effort, rate: float) -> Phase:
    shots = [Shot(worker.address, each.body) for each in asked]
    log = asked[0].body.with_name("flood")
    before = tallies([worker])
    with probing(worker, [each.request.SerializeToString() for each in asked], PROBES) as met:
        told = h2load.flooded(shots, [worker.pid], effort.overload_seconds, rate, log)
    return Phase(told, met, tallies([worker]) - before)


def _figures(section: str, capacity: Told, usual: Phase, flood: Phase) -> list[Figure]:
    goodput = flood.counted["OK"] / flood.told.wall
    tail = quantile(usual.met.of(OK), 0.99)
    accepted, shed = quantile(flood.met.of(OK), 0.99), quantile(flood.met.of(SHED), 0.99)
    degraded = 100 * flood.counted["degraded"] / max(flood.counted["OK"], 1)
    offered = sum(flood.counted[code] for code in flood.counted if code != "degraded")
    met = flood.met
    return [
        Figure(section, "capacity", [capacity.rate], "calls/s"),
        Figure(section, "calls that ended", [offered / flood.told.wall], "calls/s"),
        Figure(section, "goodput", [goodput], "calls/s"),
        Figure(section, "goodput to capacity", [goodput / capacity.rate], "", Target(low=0.9)),
        Figure(section, "answers degraded", [degraded], "%"),
        Figure(section, f"p99 at {LOAD:.0%} load", [tail], "ms"),
        Figure(section, "p99 of the answered", [accepted], "ms"),
        Figure(
            section,
            f"p99 of the answered to that at {LOAD:.0%} load",
            [accepted / tail],
            "",
            Target(high=3),
        ),
        Figure(section, "p99 of the shed", [shed], "ms", Target(high=10)),
        Figure(section, "own calls answered", [len(met.of(OK))]),
        Figure(section, "own calls shed", [len(met.of(SHED))]),
        _other(section, met.other),
        Figure(section, "looks that found it healthy", [_share(met.health)], "%", Target(low=100)),
        Figure(section, "the same on the port of calls", [_share(met.working)], "%"),
        Figure(section, "cores busy with our server", [flood.told.server_cpu / flood.told.wall]),
        Figure(section, "cores busy with h2load", [flood.told.load_cpu / flood.told.wall]),
    ]


def _other(section: str, found: dict[str, int]) -> Figure:
    name = f"own calls that ended otherwise ({', '.join(sorted(found)) or 'none'})"
    return Figure(section, name, [sum(found.values())], "", Target(high=0))


def _share(found: list[bool]) -> float:
    return 100 * sum(found) / len(found)
