"""Contacts of a few pairs, written down by day; and the ties of a world, without a model."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from ingestion.snapshot import ingest
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Events, load_snapshot
from recommender.ties import Ties, build_ties
from recommender.ties.contacts import Contacts
from tests.world_builder import AS_OF, INGEST, World

Said = list[tuple[int, int, float]]
"""Who addressed whom on which day, from 0 on."""


def at(day: float) -> int:
    """A day as microseconds."""
    return round(day * DAY_MICROSECONDS)


def events(said: Said) -> Events:
    """The interactions, in order of time."""
    said = sorted(said, key=lambda fact: fact[2])
    a, b = (np.array([fact[side] for fact in said], np.int32) for side in (0, 1))
    nothing = np.full(len(said), -1, np.int32)
    return Events(
        persons=a,
        contacts=b,
        topics=nothing,
        objects=nothing,
        at=np.array([at(fact[2]) for fact in said], np.int64),
        weights=np.ones(len(said)),
    )


def contacts(said: Said, people: int = 4) -> Contacts:
    """The pairs of `people` people."""
    return Contacts.of(events(said), people)


class Looked:
    """A world as far as its ties."""

    def __init__(self, world: World, folder: Path) -> None:
        report = ingest(world.write(folder / "tables"), folder / "snapshots", INGEST, AS_OF)
        self.snapshot = load_snapshot(report.snapshot)

    @cached_property
    def ties(self) -> Ties:
        return build_ties(self.snapshot)

    @property
    def people(self) -> list[str]:
        """Everyone's ids, by row."""
        ids = self.snapshot.person_ids
        return [ids[row] for row in range(len(ids))]
