"""The rows that were kept out, each with its place, its reason and what it said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from ingestion.checks import READ
from ingestion.codes import CODES
from ingestion.report import Example, Problem
from ingestion.sources.base import numbered
from ingestion.stage import Stage

VALUE_BYTES = 200
"""Longest value that is shown of a bad row."""
EXAMPLES = 3
"""Rows that are shown for each code of a table."""


def rows(stage: Stage, source: str) -> Iterator[pa.RecordBatch]:
    """The quarantine in the order of tables' names, files and rows. source: the kind of data."""
    if not stage.bad:
        return
    shown = _together(stage)
    for batch in stage.engine.batches(shown.order_by(["table", "part", "row", "reason"])):
        yield _named(batch, stage, source)


def problems(stage: Stage) -> list[Problem]:
    """What was set aside, by table and code; those that cost most rows come first."""
    if not stage.bad:
        return []
    bad, keys = _together(stage), ["table", "forgiven", "reason"]
    counts = stage.engine.rows(bad.group_by(keys).agg(rows=ibis._.count()))
    first = _first_rows(stage, bad)
    counts.sort(key=lambda row: (row[1], -row[3], row[0], row[2]))
    return [
        Problem(
            table=table,
            code=code,
            rows=count,
            kept=kept,
            about=CODES[code].about,
            remedy=CODES[code].remedy,
            examples=first[table, kept, code],
        )
        for table, kept, code, count in counts
    ]


def _first_rows(stage: Stage, bad: ir.Table) -> Mapping[tuple[str, bool, str], Sequence[Example]]:
    place = ibis.row_number().over(
        group_by=["table", "forgiven", "reason"], order_by=[ibis._.part, ibis._.row]
    )
    columns = ("table", "forgiven", "reason", "part", "row", "column", "value")
    few = bad.mutate(place=place).filter(ibis._.place < EXAMPLES).order_by(["part", "row"])
    files = _files(stage)
    found = defaultdict(list)
    for table, kept, code, part, row, column, value in stage.engine.rows(few.select(*columns)):
        found[table, kept, code].append(
            Example(file=files[table, part], row=row, column=column, value=_cut(value))
        )
    return found


def _together(stage: Stage) -> ir.Table:
    every = stage.set_aside()
    return every.mutate(value=every.value.left(VALUE_BYTES))


def _files(stage: Stage) -> dict[tuple[str, int], str]:
    """What the host calls the file of each table and part."""
    return {
        (table, number + place): origin
        for table, parts in stage.parts.items()
        for number, part in numbered(parts)
        for place, origin in enumerate(part.origins)
    }


def _named(batch: pa.RecordBatch, stage: Stage, source: str) -> pa.RecordBatch:
    """Give parts the names of their files, and cut values to VALUE_BYTES."""
    names = _files(stage)
    pairs = zip(batch.column("table").to_pylist(), batch.column("part").to_pylist(), strict=True)
    files = pa.array([names[pair] for pair in pairs], pa.string())
    values = pa.array([_cut(value) for value in batch.column("value").to_pylist()], pa.string())
    sources = pa.array([source] * batch.num_rows, pa.string())
    kept = {name: batch.column(name) for name in ("table", "row", "reason", "column")}
    return pa.RecordBatch.from_pydict({**kept, "source": sources, "file": files, "value": values})


def _cut(value: str | None) -> str | None:
    if value is None:
        return None
    if value.startswith(READ):
        return repr(float(value.removeprefix(READ)))
    return value.encode()[:VALUE_BYTES].decode(errors="ignore")
