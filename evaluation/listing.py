"""The lists themselves, for one's own analysis: a row for every name on every list."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.systems import Lists, System
from evaluation.tasks import ASKED, Question
from recommender.domain.ids import StringTable

_ROWS = 1 << 18  # copied at once

_WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    {
        "cutoff": pa.timestamp("us"),
        "list": _WORD,
        "system": _WORD,
        "person_id": _WORD,
        "rank": pa.int32(),
        "contact_id": _WORD,
        "right": pa.bool_(),
        "reciprocated": pa.bool_(),
    }
)
"""list: the question; right: did what was asked for come true; reciprocated: new people only."""


class Listing:
    """Writes the lists of one cutoff to a Parquet file, system by system."""

    def __init__(self, path: Path, cutoff: object, person_ids: StringTable) -> None:
        self._file = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._cutoff = pa.scalar(cutoff, SCHEMA.field("cutoff").type)
        self._ids = person_ids

    def __enter__(self) -> Listing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, name: str, system: System, question: Question, lists: Lists) -> None:
        """Append the answers of one system to the question of that name."""
        line, slot = np.nonzero(lists >= 0)
        came_true = [hits(lists, question.relevant[task])[line, slot] for task in ASKED[name]]
        count = len(line)
        reciprocated = pa.array(came_true[1]) if len(came_true) > 1 else pa.nulls(count, pa.bool_())
        columns = [
            pa.repeat(self._cutoff, count),
            _repeated(name, count),
            _repeated(system.name, count),
            self._people(question.askers[line]),
            pa.array((slot + 1).astype(np.int32)),
            self._people(lists[line, slot]),
            pa.array(came_true[0]),
            reciprocated,
        ]
        self._file.write_table(pa.table(columns, schema=SCHEMA))

    def _people(self, rows: NDArray[np.int32]) -> pa.DictionaryArray:
        unique, which = np.unique(rows, return_inverse=True)
        ids = pa.array(self._ids.take(unique), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), ids)


def _repeated(word: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(count, np.int32)), pa.array([word], pa.string())
    )


def join(parts: list[Path], path: Path) -> None:
    """Put the lists of several cutoffs into one file, in their order."""
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as file:
        for part in parts:
            for batch in pq.ParquetFile(part).iter_batches(_ROWS):
                file.write_batch(batch)
