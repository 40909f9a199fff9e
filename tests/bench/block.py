"""How soon a block counts on every worker."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from itertools import islice

from recommender.client import Client
from tests.bench import bodies
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Target
from tests.bench.servers import LONGEST_SECONDS, our_server

WORKERS = 2


def measure(community: Community, effort: Effort) -> list[Figure]:
    """From the acknowledgement of a block to the name's absence on every worker."""
    ids = bodies.people(community.models)
    with our_server(community.folder / "block", community.models, WORKERS) as server:
        clients = [Client(worker.address) for worker in server.workers]
        drawn = iter(random.Random(0).sample(ids, len(ids)))
        lags = (lag for each in drawn if (lag := _lag(clients, each)) is not None)
        found = list(islice(lags, effort.times))
        for client in clients:
            client.close()
    section = f"block: {len(found)} blocks, {WORKERS} workers"
    return [
        Figure(section, "from acknowledgement to effect on all workers", found, "s"),
        Figure(section, "the slowest of them", [max(found)], "s", Target(high=1)),
    ]


def _lag(clients: Sequence[Client], asker: str) -> float | None:
    """Seconds until whom she blocks is on no worker's list; None where she has no list."""
    shown = [_names(client, asker) for client in clients]
    if not all(shown):
        return None
    contact = shown[0][0]
    if not all(contact in names for names in shown):
        raise RuntimeError("workers give different lists before the block")
    gone: list[float] = []
    clients[0].block(asker, contact)
    acknowledged = time.monotonic()

    def watch(client: Client) -> None:
        while contact in _names(client, asker):
            if time.monotonic() > acknowledged + LONGEST_SECONDS:
                return
        gone.append(time.monotonic() - acknowledged)

    threads = [threading.Thread(target=watch, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(gone) < len(clients):
        raise RuntimeError(f"a block had no effect within {LONGEST_SECONDS:g} s")
    return max(gone)


def _names(client: Client, asker: str) -> list[str]:
    return [one.person_id for one in client.people(asker, limit=20)]
