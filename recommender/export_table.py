"""Slates as tables: one row a recommendation, columns as in the export's schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recommender.domain.answer import Layer
from recommender.domain.ids import StringTable
from recommender.domain.slate import FACTORS, HEADLINES, Kind, Query
from recommender.pipeline import Pipeline
from recommender.present import Shown, facts_of
from recommender.reasons import KINDS
from recommender.ties import NO_TIME, STRONG, WEAK
from recommender.wording import Vocabulary, sentences

REASON = pa.struct(
    {
        "kind": pa.string(),
        "share": pa.float32(),
        "confidence": pa.float32(),
        "topic_id": pa.string(),
        "object_id": pa.string(),
        "count": pa.int32(),
        "text": pa.string(),
    }
)
SCHEMA = pa.schema(
    {
        "kind": pa.string(),
        "person_id": pa.string(),
        "rank": pa.int32(),
        "contact_id": pa.string(),
        "score": pa.float32(),
        "like_mindedness": pa.float32(),
        "collaboration": pa.float32(),
        "diversity": pa.float32(),
        "factors": pa.struct({name: pa.float32() for name in FACTORS}),
        "reasons": pa.list_(REASON),
        "tie_layer": pa.string(),
        "last_contact_at": pa.timestamp("us"),
        "model": pa.string(),
    }
)
"""One row a recommendation. A factor that is unknown is null; so are tie columns of new people."""


def table(pipeline: Pipeline, query: Query) -> pa.Table:
    """The lists that `query` asks for as rows of `SCHEMA`, by asker, then rank."""
    return _Columns(pipeline.columns(query)).table()


class _Columns:
    """The filled slots of a slate, flattened, column by column."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.model, self.slate = shown, shown.model, shown.slate
        self.kind, self.reasons = shown.query.kind, shown.reasons
        self.line, self.slot = np.nonzero(self.slate.rows >= 0)
        self.at = (self.line, self.slot)
        self.askers, self.rows = self.slate.askers[self.line], self.slate.rows[self.at]
        self.places = np.maximum(shown.places[self.at], 0)

    def table(self) -> pa.Table:
        count = len(self.rows)
        layers, last = self._ties()
        columns = {
            "kind": _repeated(str(self.kind), count),
            "person_id": _strings(self.model.person_ids, self.askers),
            "rank": pa.array((self.slot + 1).astype(np.int32)),
            "contact_id": _strings(self.model.person_ids, self.rows),
            "score": pa.array(self.slate.scores[self.at]),
            **{
                name: pa.array(self.slate.headlines[(*self.at, column)])
                for column, name in enumerate(HEADLINES)
            },
            "factors": self._factors(),
            "reasons": self._reasons(),
            "tie_layer": layers,
            "last_contact_at": last,
            "model": _repeated(self.model.info.name, count),
        }
        return pa.table(columns, schema=SCHEMA)

    def _factors(self) -> pa.StructArray:
        values, known = self.slate.factors[self.at], self.slate.confidence[self.at] > 0
        columns = [pa.array(values[:, k], mask=~known[:, k]) for k in range(len(FACTORS))]
        return pa.StructArray.from_arrays(columns, fields=list(SCHEMA.field("factors").type))

    def _ties(self) -> tuple[pa.Array, pa.Array]:
        count = len(self.rows)
        if self.kind is Kind.PEOPLE:
            return pa.nulls(count, pa.string()), pa.nulls(count, pa.timestamp("us"))
        strength = self.model.ties.strength[self.places]
        code = np.where(strength >= STRONG, 0, np.where(strength >= WEAK, 1, 2))
        last = self.model.ties.last[self.places]
        return (
            pa.array([str(name) for name in Layer]).take(pa.array(code)),
            pa.array(last, pa.timestamp("us"), mask=last == NO_TIME),
        )

    def _reasons(self) -> pa.ListArray:
        given = self.reasons
        said = (given.kinds >= 0) & (self.slate.rows >= 0)[..., None]
        at = np.nonzero(said)
        offsets = np.concatenate([[0], np.cumsum(said[self.at].sum(axis=1))]).astype(np.int32)
        texts = sentences(Vocabulary.of(self.model), facts_of(self.shown, at))
        columns = [
            pa.array([str(kind) for kind in KINDS]).take(pa.array(given.kinds[at])),
            pa.array(given.shares[at]),
            pa.array(given.confidence[at]),
            _strings(self.model.topic_ids, given.topics[at]),
            _strings(self.model.object_ids, given.objects[at]),
            pa.array(given.counts[at]),
            pa.array(texts, pa.string()),
        ]
        structs = pa.StructArray.from_arrays(columns, fields=list(REASON))
        return pa.ListArray.from_arrays(offsets, structs)


def _repeated(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)


def _strings(table: StringTable, rows: NDArray[np.integer]) -> pa.Array:
    """Strings by row, null for -1, each looked up once."""
    unique, which = np.unique(rows, return_inverse=True)
    values = pa.array([table[row] if row >= 0 else None for row in unique.tolist()], pa.string())
    return values.take(pa.array(which))


@contextmanager
def writer(path: Path, file_format: str) -> Iterator[Callable[[pa.Table], None]]:
    """Open a part file of `file_format`; what it yields appends a table of `SCHEMA`."""
    if file_format == "parquet":
        with pq.ParquetWriter(path, SCHEMA, compression="zstd") as parquet:
            yield parquet.write_table
    elif file_format == "csv":
        with pa_csv.CSVWriter(path, flat_schema()) as csv:
            yield lambda table: csv.write_table(_flat(table))
    else:
        with path.open("w", encoding="utf-8") as lines:
            yield lambda table: _write_lines(lines, table)


def flat_schema() -> pa.Schema:
    """The schema of a CSV export: a column a factor, reasons as JSON text."""
    columns: dict[str, pa.DataType] = {}
    for field in SCHEMA:
        if field.name == "factors":
            columns |= {f"factor_{name}": pa.float32() for name in FACTORS}
        else:
            columns[field.name] = pa.string() if field.name == "reasons" else field.type
    return pa.schema(columns)


def _flat(table: pa.Table) -> pa.Table:
    columns: list[Any] = []
    for name in SCHEMA.names:
        column = table[name].combine_chunks()
        if name == "factors":
            columns += [column.field(factor) for factor in FACTORS]
        elif name == "reasons":
            columns.append(pa.array([_json(reasons) for reasons in column.to_pylist()]))
        else:
            columns.append(column)
    return pa.table(columns, schema=flat_schema())


def _write_lines(file: TextIO, table: pa.Table) -> None:
    for row in table.to_pylist():
        if row["last_contact_at"] is not None:
            row["last_contact_at"] = row["last_contact_at"].isoformat() + "Z"
        file.write(_json(row) + "\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
