"""How tests write down a community, and take it the whole way to answers.

A world is a list of facts in days before `AS_OF`; `build` makes native tables of it, a snapshot, a
model and a pipeline.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from ingestion.snapshot import ingest
from recommender.candidates.base import Material
from recommender.domain.config import IngestConfig, TrainConfig
from recommender.domain.ids import Row
from recommender.domain.slate import Kind, Query
from recommender.domain.versions import resolve
from recommender.filters import Rules, build_rules
from recommender.material import make_material
from recommender.matrices import Snapshot, load_snapshot
from recommender.pipeline import Pipeline
from recommender.ties import Ties, build_ties
from recommender.train import train

AS_OF = datetime(2024, 7, 1)
"""When every world is looked at, unless a test says otherwise."""

INGEST = IngestConfig(memory_limit_mb=256, threads=2)
TRAIN = TrainConfig(
    embedding_size=8,
    embedding_iterations=3,
    candidates=50,
    per_source=30,
    ranker="plain",
    look_back=3,
)

Fact = dict[str, Any]


def ago(days: float) -> datetime:
    """The time so many days before `AS_OF`."""
    return AS_OF - timedelta(days=days)


@dataclass(frozen=True)
class World:
    """Native tables in the making; every method adds facts and returns the world."""

    tables: dict[str, list[Fact]] = field(
        default_factory=lambda: {"activities": [], "interactions": []}
    )

    def add(self, table: str, **fact: Any) -> World:
        """One row of a native table, as it is."""
        self.tables.setdefault(table, []).append(fact)
        return self

    def person(self, person: str, **attributes: Any) -> World:
        """A declared person."""
        return self.add("people", person_id=person, **attributes)

    def works(self, person: str, topic: str, *days: float, thing: str | None = None) -> World:
        """`person` posted on `topic` so many days ago, in the object `thing`."""
        for day in days:
            self.add(
                "activities",
                person_id=person,
                topic_id=topic,
                occurred_at=ago(day),
                verb="post",
                object_id=thing,
            )
        return self

    def says(self, person: str, contact: str, *days: float, topic: str | None = None) -> World:
        """`person` addressed `contact` so many days ago."""
        for day in days:
            self.add(
                "interactions",
                person_id=person,
                contact_id=contact,
                occurred_at=ago(day),
                verb="reply",
                topic_id=topic,
            )
        return self

    def talk(self, a: str, b: str, *days: float, topic: str | None = None) -> World:
        """Both addressed one another on each of these days."""
        for day in days:
            self.says(a, b, day, topic=topic).says(b, a, day - 0.01, topic=topic)
        return self

    def wants(self, person: str, *topics: str, direction: str = "learn") -> World:
        """Goals of `person`."""
        for topic in topics:
            self.add("goals", person_id=person, topic_id=topic, direction=direction)
        return self

    def blocks(self, person: str, contact: str, kind: str = "block") -> World:
        """A block, mute or dismissal."""
        return self.add("blocks", person_id=person, contact_id=contact, kind=kind)

    def connects(self, person: str, contact: str, ended: float | None = None) -> World:
        """A declared connection, 300 days old; `ended` so many days ago."""
        times = {"connected_at": ago(300), "ended_at": None if ended is None else ago(ended)}
        return self.add("connections", person_id=person, contact_id=contact, **times)

    def write(self, folder: Path) -> Path:
        """The tables as JSON Lines."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, facts in self.tables.items():
            lines = "".join(json.dumps(_told(fact)) + "\n" for fact in facts)
            (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        return folder


def _told(fact: Fact) -> Fact:
    return {
        name: value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for name, value in fact.items()
        if value is not None
    }


@dataclass(frozen=True)
class Built:
    """A world all the way to answers."""

    world: World
    snapshot_folder: Path
    model_folder: Path
    config: TrainConfig

    @cached_property
    def snapshot(self) -> Snapshot:
        return load_snapshot(self.snapshot_folder)

    @cached_property
    def ties(self) -> Ties:
        return build_ties(self.snapshot)

    @cached_property
    def rules(self) -> Rules:
        return build_rules(self.snapshot, self.ties)

    @cached_property
    def material(self) -> Material:
        return make_material(self.snapshot, self.ties, self.config)

    @cached_property
    def pipeline(self) -> Pipeline:
        return Pipeline.open(self.model_folder)

    @property
    def people(self) -> list[str]:
        """Everyone's ids, by row."""
        ids = self.snapshot.person_ids
        return [ids[row] for row in range(len(ids))]

    def row(self, person: str) -> Row:
        return self.pipeline.row(person)

    def recommended(self, person: str, kind: Kind = Kind.PEOPLE, **query: Any) -> list[str]:
        """Whom `person` is offered, best first."""
        asked = Query(askers=[self.row(person)], kind=kind, **query)
        return [offer.person_id for offer in self.pipeline.answer(asked)[0]]


def build(
    world: World, folder: Path, as_of: datetime | None = AS_OF, config: TrainConfig = TRAIN
) -> Built:
    """Ingest and train `world` under `folder`."""
    report = ingest(world.write(folder / "tables"), folder / "snapshots", INGEST, as_of)
    model = train(report.snapshot, folder / "models", config)
    return Built(world, report.snapshot, model, config)


def standing(world: World, folder: Path, config: TrainConfig = TRAIN) -> Built:
    """What `build` has made of `world` under `folder`."""
    snapshot, model = (resolve(folder / kind) for kind in ("snapshots", "models"))
    return Built(world, snapshot, model, config)
