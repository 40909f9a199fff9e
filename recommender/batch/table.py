"""Slates as tables: one row a recommendation, columns as in the export's schema."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender.domain.answer import Layer
from recommender.domain.ids import StringTable
from recommender.domain.slate import FACTORS, HEADLINES, Kind
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


def table(shown: Shown) -> pa.Table:
    """An answer as rows of `SCHEMA`, by asker, then rank."""
    return _Columns(shown).table()


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


def schema_facts(schema: pa.Schema) -> list[dict[str, str]]:
    """What a manifest says of the columns: their names and types, in Arrow's words."""
    return [{"name": field.name, "type": str(field.type)} for field in schema]
