"""Whether a snapshot on disk is whole: its files, their columns, their order, their keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recommender.domain.errors import CorruptVersionError
from recommender.domain.tables import ENTITIES, EVENTS, MATRICES, RELATIONS, snapshot_schemas
from recommender.domain.versions import MANIFEST, read_manifest, resolve, verify_files

KIND = "snapshot"
FORMAT = 3

_ROWS_OF = {"person": "people", "contact": "people", "topic": "topics", "object": "objects"}
_ROWS_OF["parent"] = "topics"
_MAY_BE_NULL = {"activities": ("object",), "interactions": ("topic", "object")}
_IDS = {"people": "person_id", "topics": "topic_id", "objects": "object_id"}


def verify(path: Path) -> dict[str, Any]:
    """Check the snapshot at `path`, or the current one of a folder of them; returns its manifest.

    Checks checksums, schemas, that ids are unique and sorted by their bytes, that every row
    number points at a row, that matrices are sorted by unique keys, and events by time. Streams,
    so memory does not grow with the matrices.
    Raises CorruptVersionError naming the first file at fault, VersionNotFoundError where `path`
    holds no snapshot.
    """
    folder = resolve(path)
    manifest = read_manifest(folder, KIND, FORMAT)
    verify_files(folder, manifest)
    for name, schema in snapshot_schemas().items():
        if f"{name}.parquet" not in manifest["files"]:
            raise CorruptVersionError(f"{folder / MANIFEST} lists no {name}.parquet")
        _check_schema(_file(folder, name), schema)
    sizes = {name: _check_ids(folder, name) for name in ENTITIES}
    for name in EVENTS:
        _check_times(_file(folder, name))
    for name in ("topics", "objects", *RELATIONS, *MATRICES, *EVENTS):
        _check_keys(folder, name, sizes)
    return manifest


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _check_schema(path: Path, schema: pa.Schema) -> None:
    try:
        found = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise CorruptVersionError(f"{path} is not a Parquet file") from None
    if not found.equals(schema):
        wrong = next((f.name for f in schema if f.name not in found.names), None)
        wrong = wrong or next((f.name for f in schema if found.field(f.name) != f), "order")
        raise CorruptVersionError(f"{path} has other columns than it should: see {wrong!r}")


def _check_ids(folder: Path, name: str) -> int:
    """How many rows an entity has, whose ids must be unique and sorted by their bytes."""
    path, last, count = _file(folder, name), b"", 0
    for batch in pq.ParquetFile(path).iter_batches(columns=[_IDS[name]]):
        ids = [last, *(str(value or "").encode() for value in batch.column(0).to_pylist())]
        if any(one >= other for one, other in pairwise(ids)):
            raise CorruptVersionError(f"{path} has ids that are empty, repeated or out of order")
        last = ids[-1]
        count += batch.num_rows
    return count


def _check_keys(folder: Path, name: str, sizes: dict[str, int]) -> None:
    """Every row number must point at a row; a matrix must be sorted by unique keys."""
    path = _file(folder, name)
    keys = [key for key in pq.read_schema(path).names if key in _ROWS_OF]
    last: NDArray[np.int64] | None = None
    for columns in _key_batches(path, keys):
        for key, column in zip(keys, columns, strict=True):
            nullable = name in ENTITIES or key in _MAY_BE_NULL.get(name, ())
            known = column[column >= 0] if nullable else column
            size = sizes[_ROWS_OF[key]]
            if len(known) and not (known.min() >= 0 and known.max() < size):
                raise CorruptVersionError(f"{path} has a {key} that is none of {size} rows")
        if name in MATRICES and columns.shape[1]:
            joined = columns if last is None else np.column_stack([last, columns])
            if not _increases(joined):
                raise CorruptVersionError(f"{path} has keys that are repeated or out of order")
            last = columns[:, -1]


def _check_times(path: Path) -> None:
    """Events must be in order of time: looking back relies on it."""
    last = np.iinfo(np.int64).min
    for batch in pq.ParquetFile(path).iter_batches(columns=["occurred_at"]):
        times = batch.column(0).cast(pa.int64()).to_numpy()
        if len(times):
            if last > times[0] or (np.diff(times) < 0).any():
                raise CorruptVersionError(f"{path} has events out of order")
            last = times[-1]


def _key_batches(path: Path, keys: list[str]) -> Iterator[NDArray[np.int64]]:
    """The key columns, batch by batch, as int64 [keys, rows]; null is -1."""
    for batch in pq.ParquetFile(path).iter_batches(columns=keys):
        yield np.stack(
            [batch.column(key).fill_null(-1).to_numpy().astype(np.int64) for key in keys]
        )


def _increases(columns: NDArray[np.int64]) -> bool:
    """Whether rows of [keys, rows] strictly increase in lexical order."""
    greater = np.zeros(columns.shape[1] - 1, bool)
    equal = np.ones(columns.shape[1] - 1, bool)
    for column in columns:
        step = np.diff(column)
        greater |= equal & (step > 0)
        equal &= step == 0
    return bool(greater.all())
