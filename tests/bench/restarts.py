"""Rolling restarts and new models while our client calls: how many calls fail."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from recommender.domain.versions import activate, list_versions, resolve
from tests.bench import bodies
from tests.bench.callers import RESULTS, Called, calling
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Target
from tests.bench.servers import Server, our_server

WORKERS = 2
RATE = 550.0
"""Calls a second that are asked for: somewhat more than the figure wants."""
REST_SECONDS = 5.0
"""Between restarts: what callers may need to find their way back to the last worker."""


def measure(community: Community, effort: Effort) -> list[Figure]:
    """Restart, then swap two models, each so many times."""
    folder, models = community.folder / "restarts", community.two_models
    ids = bodies.people(models)
    with our_server(folder, models, WORKERS) as server:
        addresses = [worker.address for worker in server.workers]
        with calling(addresses, ids, RATE) as restarted:
            time.sleep(1)
            took = [_restart(server) for _ in range(effort.times)]
        with calling(addresses, ids, RATE) as reloaded:
            time.sleep(1)
            swapped = [_swap(server, models) for _ in range(effort.times)]
    section = f"restarts: {WORKERS} workers, {RESULTS} results, our client"
    return [
        *_figures(section, f"{effort.times} rolling restarts", restarted),
        Figure(section, "a rolling restart", took, "s"),
        *_figures(section, f"{effort.times} reloads", reloaded),
        Figure(section, "from a new CURRENT to all workers' answers", swapped, "s"),
    ]


def _restart(server: Server) -> float:
    """Seconds that one took; callers then get some rest."""
    done, started = len(server.events("rolling restart done")), time.monotonic()
    server.process.send_signal(signal.SIGHUP)
    server.wait_for(lambda: len(server.events("rolling restart done")) > done, "end of a restart")
    took = time.monotonic() - started
    time.sleep(REST_SECONDS)
    return took


def _swap(server: Server, models: Path) -> float:
    """Seconds until every worker answered from the other model."""
    taken, started = len(server.events("model taken up")), time.monotonic()
    (other,) = set(list_versions(models)) - {resolve(models).name}
    activate(models, other)
    server.wait_for(
        lambda: len(server.events("model taken up")) == taken + WORKERS, "new model on all workers"
    )
    return time.monotonic() - started


def _figures(section: str, what: str, called: Called) -> list[Figure]:
    reasons = ", ".join(sorted(called.failed)) or "none"
    return [
        Figure(section, f"{what}: calls", [called.answered]),
        Figure(section, f"{what}: calls/s", [called.rate], "calls/s", Target(low=500)),
        Figure(
            section,
            f"{what}: failed calls ({reasons})",
            [called.failed.total()],
            target=Target(high=0),
        ),
        Figure(section, f"{what}: slowest call", [1000 * called.slowest], "ms"),
    ]
