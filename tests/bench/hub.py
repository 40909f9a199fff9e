"""A person with very many contacts: how long her lists and her network take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.sample import write_sample
from recommender.v1.network_service_pb2 import DESCRIPTOR, GetNetworkRequest
from recommender.v1.recommendation_service_pb2 import RecommendPeopleRequest
from recommender.v1.steering_pb2 import Scope
from tests.bench import h2load
from tests.bench.bodies import FILTER, RESULTS
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Target
from tests.bench.h2load import PATH, Shot, framed
from tests.bench.process import tallies
from tests.bench.servers import Server, our_server

HUB = 3
"""The row of the person who knows so many."""
STRANGERS = 0.2
"""People whom she does not know yet, to her contacts."""
NETWORK = f"/{DESCRIPTOR.services_by_name['NetworkService'].full_name}/GetNetwork"


@dataclass(frozen=True)
class HubCommunity(Community):
    """Made-up people, one of whom has addressed and is connected to most of the others."""

    @cached_property
    def tables(self) -> Path:
        """Native tables, as Parquet."""
        folder = self.folder / "tables"
        write_sample(folder, self.people)
        known = np.setdiff1d(np.arange(self.contacts + 1), [HUB])
        for name in ("interactions", "connections"):
            path = folder / f"{name}.parquet"
            table = pq.read_table(path)
            pq.write_table(pa.concat_tables([table, _ties(table, known)]), path)
        return folder

    @property
    def contacts(self) -> int:
        """Of the hub."""
        return int(self.people / (1 + STRANGERS))


def measure(community: Community, effort: Effort) -> list[Figure]:
    """p50 and p99 of what is asked most, one call at a time."""
    people = int(effort.contacts * (1 + STRANGERS)) + 1
    made = HubCommunity(community.folder / f"hub-{effort.contacts}", people)
    who = f"p{HUB:05d}"
    listed = RecommendPeopleRequest(person_id=who, page_size=RESULTS, scope=Scope(filter=FILTER))
    section = f"hub: a person with {made.contacts:,} contacts among {people:,} people"
    with our_server(made.folder / "server", made.models) as server:
        asked = {
            ("RecommendPeople", PATH): listed.SerializeToString(),
            ("GetNetwork", NETWORK): GetNetworkRequest(person_id=who).SerializeToString(),
        }
        figures: list[Figure] = []
        for (name, path), message in asked.items():
            body = made.folder / name
            body.write_bytes(framed(message))
            shot = Shot(server.workers[0].address, body, path)
            figures += _figures(section, name, server, shot, effort)
    return figures


def _figures(
    section: str, name: str, server: Server, shot: Shot, effort: Effort
) -> Sequence[Figure]:
    pids = [worker.pid for worker in server.workers]
    log, before = server.log.with_suffix(".calls"), tallies(server.workers)
    h2load.closed([shot], pids, 1.0, log)
    found = [h2load.closed([shot], pids, effort.seconds, log) for _ in range(effort.rounds)]
    counted = tallies(server.workers) - before
    if counted.keys() - {"OK", "CANCELLED"}:  # the last may be cut off
        raise RuntimeError(f"{name} was not always answered in full: {dict(counted)}")
    size = found[0].bytes / found[0].calls
    return [
        Figure(section, f"{name}: p50", [told.latency(0.5) for told in found], "ms"),
        Figure(
            section, f"{name}: p99", [told.latency(0.99) for told in found], "ms", Target(high=50)
        ),
        Figure(section, f"{name}: an answer", [size / 1000], "kB"),
    ]


def _ties(like: pa.Table, known: np.ndarray) -> pa.Table:
    """Rows of the hub with each of `known`, otherwise as rows that are there already."""
    places = np.linspace(0, len(like) - 1, len(known)).astype(np.int64)  # of all times
    table = like.take(pa.array(places))
    ids = pa.array([f"p{row:05d}" for row in known])
    hub = pa.array([f"p{HUB:05d}"] * len(known))
    for column, values in (("person_id", hub), ("contact_id", ids)):
        table = table.set_column(table.schema.get_field_index(column), column, values)
    if "ended_at" in table.schema.names:
        place = table.schema.get_field_index("ended_at")
        none = pa.nulls(len(table), table.schema.field(place).type)
        table = table.set_column(place, "ended_at", none)
    return table.cast(like.schema)
