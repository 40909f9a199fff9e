"""A small made-up community, looked at as of a time at which there was still a future."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pytest

from evaluation.history import History
from evaluation.known import Known
from ingestion.history import write_history
from ingestion.sample import write_sample
from ingestion.snapshot import ingest
from recommender.domain.config import EvaluateConfig
from recommender.matrices import load_snapshot
from tests.world_builder import INGEST, TRAIN, build
from tests.worlds import hub, two_cliques

CUTOFF = datetime(2024, 11, 1)
CONFIG = EvaluateConfig(resamples=200, depth=50, return_days=180)


@dataclass(frozen=True)
class Past:
    """A community's tables, what was known of it at CUTOFF, and what came after."""

    folder: Path

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    @cached_property
    def known(self) -> Known:
        report = ingest(self.tables, self.folder / "snapshots", INGEST, CUTOFF)
        return Known.of(load_snapshot(report.snapshot), TRAIN)

    @cached_property
    def history(self) -> History:
        path = self.folder / "history.parquet"
        write_history(self.tables, path, INGEST)
        return History(path)


@pytest.fixture(scope="session")
def past(tmp_path_factory) -> Past:
    folder = tmp_path_factory.mktemp("past")
    write_sample(folder / "tables", people=150, seed=3)
    return Past(folder)


@pytest.fixture(scope="session")
def cliques(tmp_path_factory):
    """Two cliques; only a1 and a2 have yet to meet."""
    return build(two_cliques(), tmp_path_factory.mktemp("cliques")).pipeline


@pytest.fixture(scope="session")
def met(tmp_path_factory):
    """The same, after a1 and a2 have met, and somebody new has come; the b's work at Bees."""
    world = two_cliques().talk("a1", "a2", 1, 2, topic="a-talk")
    for place in range(1, 6):
        world.person(f"b{place}", organisation="Bees")
    world.person("a1", display_name="A\x1b[31mda")
    world.works("zoe", "a-talk", 1, 3).works("zoe", "b-talk", 2)
    return build(world, tmp_path_factory.mktemp("met")).pipeline


@pytest.fixture(scope="session")
def crowd(tmp_path_factory):
    """Thirty people around one: enough for a difference to be shown."""
    return build(hub(), tmp_path_factory.mktemp("hub")).pipeline
