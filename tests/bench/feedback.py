"""How much feedback a second is taken, each batch durable on SQLite before it is acknowledged.

By our own client, for h2load sends the same body every time, and feedback counts once.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from recommender.client import Client
from recommender.v1.event_service_pb2 import (
    FEEDBACK_ACTION_SHOWN,
    WRITE_STATUS_ACCEPTED,
    Feedback,
)
from tests.bench import bodies
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Target
from tests.bench.process import cpu_seconds
from tests.bench.servers import Worker, our_server

BATCH = 100
CALLERS = (1, 4)


def measure(community: Community, effort: Effort) -> list[Figure]:
    """Items a second from one caller, and from several at once."""
    ids = bodies.people(community.models)
    section = f"feedback: batches of {BATCH}, durable on SQLite"
    figures: list[Figure] = []
    with our_server(community.folder / "feedback", community.models) as server:
        (worker,) = server.workers
        with Client(worker.address) as client:
            shown = _shown(client, ids)
            for callers in CALLERS:
                found = [
                    _items_a_second(client, worker, shown, callers, effort.seconds)
                    for _ in range(effort.rounds)
                ]
                who = "one caller" if callers == 1 else f"{callers} callers"
                figures += [
                    Figure(section, who, [a for a, _ in found], "items/s", Target(low=2000)),
                    Figure(section, f"cores busy with our server, {who}", [b for _, b in found]),
                ]
    return figures


def _shown(client: Client, ids: Sequence[str]) -> list[Feedback]:
    """That everybody on some lists was shown; without ids and times."""
    found: list[Feedback] = []
    for asker in ids:
        results = client.people(asker, limit=20)
        names = [(one.person_id, one.rank) for one in results]
        token = results.answer.attribution_token if results.answer else ""
        found += [
            Feedback(
                attribution_token=token,
                person_id=asker,
                contact_id=contact,
                action=FEEDBACK_ACTION_SHOWN,
                rank=rank,
            )
            for contact, rank in names
        ]
        if len(found) >= 10 * BATCH:
            break
    return found


def _items_a_second(
    client: Client, worker: Worker, shown: Sequence[Feedback], callers: int, seconds: float
) -> tuple[float, float]:
    """Items acknowledged a second, and how busy the server was, in cores."""
    counts = [0] * callers
    started, spent = time.monotonic(), cpu_seconds([worker.pid])

    def write(place: int) -> None:
        while time.monotonic() < started + seconds:
            outcomes = client.write_feedback(_batch(shown, place + counts[place]))
            if any(each.status != WRITE_STATUS_ACCEPTED for each in outcomes):
                raise RuntimeError(f"feedback was not taken: {outcomes[0]}")
            counts[place] += BATCH

    threads = [threading.Thread(target=write, args=(place,)) for place in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.monotonic() - started
    return sum(counts) / wall, (cpu_seconds([worker.pid]) - spent) / wall


def _batch(shown: Sequence[Feedback], first: int) -> list[Feedback]:
    """The next items, as if they had just happened."""
    now = Timestamp()
    now.FromDatetime(datetime.now(UTC))
    batch = []
    for i in range(BATCH):
        item = Feedback(event_id=uuid.uuid4().hex, occur_time=now)
        item.MergeFrom(shown[(first + i) % len(shown)])
        batch.append(item)
    return batch
