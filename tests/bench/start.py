"""From start to ready, and what each further worker needs for itself."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import bodies, h2load
from tests.bench.bodies import Asked
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Target
from tests.bench.h2load import Shot
from tests.bench.process import memory_mb
from tests.bench.servers import Server, our_server, ours, starting

WORKERS = 2
PEOPLE_ASKED = 64
WARM_SECONDS = 0.5


def measure(community: Community, effort: Effort) -> list[Figure]:
    """Both, with the bench's model or the one named."""
    model = community.models
    ids = bodies.people(model)
    folder = community.folder / "start"
    times = [_seconds_to_ready(folder, model) for _ in range(effort.rounds)]
    with our_server(folder, model, WORKERS) as server:
        asked = bodies.prepared(server.workers[0].address, ids, PEOPLE_ASKED, folder)
        _warm(server, asked)
        found = [memory_mb(worker.pid) for worker in server.workers]
    section = f"start: model of {len(ids):,} people, in the page cache"
    own = [each["Private_Clean"] + each["Private_Dirty"] for each in found]
    return [
        Figure(section, "start to ready", times, "s", Target(high=3)),
        Figure(section, "own memory of a further worker (USS)", own[1:], "MB", Target(high=150)),
        *(
            Figure(section, f"{kind} of a further worker", [each[kind] for each in found[1:]], "MB")
            for kind in ("Private_Dirty", "Pss", "Rss")
        ),
    ]


def _seconds_to_ready(folder: Path, model: Path) -> float:
    """From the start of `pln serve` to the first moment at which it says that it is ready."""
    log, arguments = ours(folder, model)
    started = time.monotonic()
    with starting(log, *map(str, arguments)) as server:
        server.wait_for(lambda: server.ready(1), "server that is ready")
        return time.monotonic() - started


def _warm(server: Server, asked: Sequence[Asked]) -> None:
    """Have every worker answer the same people, so that what they have in common is shared."""
    for first in range(0, len(asked), 4):
        shots = [
            Shot(worker.address, each.body)
            for worker in server.workers
            for each in asked[first : first + 4]
        ]
        pids = [worker.pid for worker in server.workers]
        h2load.closed(shots, pids, WARM_SECONDS, server.log.with_suffix(".calls"))
