"""The rows that were kept out, each with its place, its reason and what it said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import pyarrow as pa

from ingestion.sources.base import numbered
from ingestion.stage import Stage

VALUE_BYTES = 200
"""Longest value that is shown of a bad row."""


def rows(stage: Stage) -> Iterator[pa.RecordBatch]:
    """The quarantine in the order of tables' names, files and rows."""
    if not stage.bad:
        return
    together = reduce(lambda left, right: left.union(right), stage.bad)
    shown = together.mutate(value=together.value.left(VALUE_BYTES))
    ordered = shown.order_by(["table", "part", "row", "reason"])
    for batch in stage.engine.batches(ordered):
        yield _named(batch, stage)


def _named(batch: pa.RecordBatch, stage: Stage) -> pa.RecordBatch:
    """Give parts the names of their files, and cut values to VALUE_BYTES."""
    names = {
        (table, number + place): origin
        for table, parts in stage.parts.items()
        for number, part in numbered(parts)
        for place, origin in enumerate(part.origins)
    }
    pairs = zip(batch.column("table").to_pylist(), batch.column("part").to_pylist(), strict=True)
    files = pa.array([names[pair] for pair in pairs], pa.string())
    values = pa.array([_cut(value) for value in batch.column("value").to_pylist()], pa.string())
    kept = {name: batch.column(name) for name in ("table", "row", "reason", "column")}
    return pa.RecordBatch.from_pydict({**kept, "file": files, "value": values})


def _cut(value: str | None) -> str | None:
    if value is None:
        return None
    return value.encode()[:VALUE_BYTES].decode(errors="ignore")
