"""A synthetic community of professional learners, of any size, as native tables.

It has what the recommender is for: planted, overlapping communities around topics; ties that
form over shared contacts, shared topics and lately busy people, and that come in bursts, fade,
fall silent, and sometimes resume; experts, newcomers, goals. Nothing in it is about anyone real.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingestion.sample import events, facts, people, ties, write
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ids import PersonId
from recommender.domain.progress import Progress, silent

CONNECTOR = PersonId(f"p{people.CONNECTOR:05d}")
NEWCOMER = PersonId(f"p{people.NEWCOMER:05d}")
DEMO_PEOPLE = (CONNECTOR, NEWCOMER)
"""Two people to look at first: one with many ties, old and new; a specialist who just arrived."""

TABLES = (
    "people", "topics", "objects", "activities", "interactions",
    "connections", "goals", "skills", "blocks",
)  # fmt: skip
"""Files written, without `.parquet`."""

_BLOCK = 20_000
"""People, or ties, whose events are made at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """How much happens in three years, on average, for each person.

    activities: in all, those that interactions leave included; interactions: 1 or more.
    Raises InvalidArgumentError where interactions leave more activities than there are to be.
    """

    activities: float = 60.0
    interactions: float = 20.0

    def __post_init__(self) -> None:
        if not 1 <= self.interactions <= 1000:
            raise InvalidArgumentError("interactions", f"{self.interactions:g} is not 1 to 1000")
        if not 0 < self.alone <= 1000:
            raise InvalidArgumentError(
                "activities",
                f"{self.activities:g} is not more than {self.activities - self.alone:g}, which "
                f"{self.interactions:g} interactions leave, and at most 1000 more",
            )

    @property
    def alone(self) -> float:
        """Activities outside conversations."""
        return self.activities - events.IN_PUBLIC * self.interactions


def write_sample(
    out: Path,
    people: int = 2000,
    seed: int = 0,
    progress: Progress = silent,
    density: Density | None = None,
) -> None:
    """Write a community of `people` (>= 10) to the folder `out`; same arguments, same bytes.

    Three years of it. Files of an earlier sample are replaced. Raises InvalidArgumentError where
    `people` is too few, or `out` is a file or holds anything but a sample.
    """
    _check(out, people)
    out.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".tmp-", dir=out))
    try:
        _write(aside, people, seed, progress, density or Density())
        for name in TABLES:
            (aside / f"{name}.parquet").replace(out / f"{name}.parquet")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _check(out: Path, count: int) -> None:
    if count < 10:
        raise InvalidArgumentError("people", f"{count} is below 10")
    if out.exists() and not out.is_dir():
        raise InvalidArgumentError("out", f"{out} is a file; name a folder")
    ours = {f"{name}.parquet" for name in TABLES}
    other = sorted({path.name for path in out.glob("*")} - ours) if out.exists() else []
    if other:
        raise InvalidArgumentError(
            "out", f"{out} holds {other[0]!r}, which is not of a sample; name an empty folder"
        )


def _write(folder: Path, count: int, seed: int, progress: Progress, density: Density) -> None:
    """Make the community in memory, then write its events block by block."""
    rng = [np.random.default_rng((seed, part)) for part in range(5)]
    progress("people", 0.0)
    topics = people.make_topics(count)
    crowd = people.make_people(count, topics, rng[0])
    things = events.make_things(crowd, topics)
    progress("ties", 0.0)
    bonds = ties.make_ties(crowd, density.interactions, rng[1])
    for name, table in {
        "people": facts.people_table(crowd, rng[2]),
        "topics": facts.topics_table(topics),
        "objects": facts.objects_table(topics, things, rng[2]),
        "goals": facts.goals_table(crowd, topics, rng[2]),
        "skills": facts.skills_table(crowd, topics, rng[2]),
        "connections": facts.connections_table(crowd, bonds, rng[2]),
        "blocks": facts.blocks_table(crowd, rng[2]),
    }.items():
        write.write_table(table, folder / f"{name}.parquet")
    with write.EventFiles(folder, count, topics, things) as files:
        for first in range(0, len(bonds), _BLOCK):
            progress("conversations", first / len(bonds))
            said = events.conversations(crowd, bonds.part(first, _BLOCK), things, rng[3])
            files.add("interactions", said)
            files.add("activities", events.in_public(said))
        for first in range(0, count, _BLOCK):
            progress("activities", first / count)
            rows = np.arange(first, min(first + _BLOCK, count))
            done = events.alone(crowd, rows, topics, things, density.alone, rng[4])
            files.add("activities", done)
    progress("activities", 1.0)
