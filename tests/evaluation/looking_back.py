"""Histories and communities looked back on, small enough to know what must be found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse as sp

from evaluation.history import History
from evaluation.known import Known
from ingestion.history import write_history
from ingestion.snapshot import ingest
from recommender.domain.ids import StringTable
from recommender.matrices import Snapshot, load_snapshot
from recommender.ties import build_ties
from tests.world_builder import AS_OF, INGEST, TRAIN, World

Said = tuple[str, str, datetime]


def told(folder: Path, said: Iterable[Said], rows_at_once: int = 4) -> History:
    """A history of (person, contact, time), as it is once in order of time."""
    columns = list(zip(*sorted(said, key=lambda one: (one[2], one[0], one[1])), strict=True))
    types = {"person_id": pa.string(), "contact_id": pa.string(), "occurred_at": pa.timestamp("us")}
    filled = columns or [[], [], []]
    arrays = [pa.array(c, kind) for c, kind in zip(filled, types.values(), strict=True)]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "history.parquet"
    pq.write_table(pa.table(arrays, schema=pa.schema(types)), path, row_group_size=rows_at_once)
    return History(path)


def knowing(*people: str) -> Any:
    """Something that knows of nothing but these people."""
    ids = StringTable.of(sorted(people, key=str.encode))
    return SimpleNamespace(snapshot=SimpleNamespace(person_ids=ids))


def facts(snapshot: Snapshot) -> Known:
    """What was known, without a model: questions and baselines need none."""
    material: Any = SimpleNamespace(snapshot=snapshot, ties=build_ties(snapshot), config=TRAIN)
    pipeline: Any = None
    return Known(material, pipeline)


def look_back(world: World, folder: Path, cutoff: datetime = AS_OF) -> tuple[Known, History]:
    """The facts that could be known of a world at `cutoff`, and all that was ever said in it."""
    tables = world.write(folder / "tables")
    report = ingest(tables, folder / "snapshots", INGEST, cutoff)
    write_history(tables, folder / "history.parquet", INGEST)
    return facts(load_snapshot(report.snapshot)), History(folder / "history.parquet")


def named(known: Known, matrix: sp.csr_matrix) -> list[set[str]]:
    """A pattern [b, n] as a set of ids for each line."""
    ids = known.snapshot.person_ids
    return [set(ids.take(matrix[line].indices)) for line in range(matrix.shape[0])]
