"""A world as far as factors look at it: without the model that training would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingestion.snapshot import ingest
from recommender.candidates.base import Material
from recommender.material import make_material
from recommender.matrices import Snapshot, load_snapshot
from recommender.ties import build_ties
from tests.world_builder import AS_OF, INGEST, TRAIN, World


@dataclass(frozen=True)
class Looked:
    """A world's snapshot and material."""

    snapshot: Snapshot

    @cached_property
    def material(self) -> Material:
        return make_material(self.snapshot, build_ties(self.snapshot), TRAIN)

    def row(self, person: str) -> int:
        row = self.snapshot.person_ids.row(person)
        assert row is not None
        return row


def look(world: World, folder: Path) -> Looked:
    """Ingest `world` under `folder`."""
    report = ingest(world.write(folder / "tables"), folder / "snapshots", INGEST, AS_OF)
    return Looked(load_snapshot(report.snapshot))
