"""All that people said to one another, before and after any cutoff: what lists are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from evaluation.known import Known
from recommender.domain.errors import InputDataError
from recommender.domain.ids import StringTable
from recommender.domain.tables import TIME
from recommender.domain.times import DAY_MICROSECONDS, from_microseconds, microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Who addressed whom in some time, by rows of a snapshot.

    persons, contacts: int32 [m], in order of time.
    """

    persons: NDArray[np.int32]
    contacts: NDArray[np.int32]


class History:
    """A file of interactions in order of time: person_id, contact_id and occurred_at (UTC)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def times(self) -> NDArray[np.int64]:
        """When each interaction happened: int64 [m], microseconds since 1970, ascending."""
        column = pq.read_table(self.path, columns=["occurred_at"])["occurred_at"]
        return np.asarray(column.cast(pa.int64()).to_numpy())

    def span(self) -> tuple[datetime, datetime]:
        """When the first and the last interaction happened, without a zone, in UTC.

        Raises InputDataError where there is none.
        """
        times = self.times()
        if not len(times):
            raise InputDataError(
                "the data has no interactions, so there is nothing to judge lists by"
            )
        first, last = (from_microseconds(int(t)).replace(tzinfo=None) for t in times[[0, -1]])
        return first, last

    def after(self, known: Known, since: datetime, days: float) -> Later:
        """What people whom the snapshot knows said to one another in [since, since + days)."""
        rows = self._within(since, days)
        ids = known.snapshot.person_ids
        persons, contacts = (_rows(rows[name], ids) for name in ("person_id", "contact_id"))
        kept = (persons >= 0) & (contacts >= 0) & (persons != contacts)
        return Later(persons=persons[kept], contacts=contacts[kept])

    def said(
        self, since: datetime, days: float
    ) -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.float64]]:
        """Ids of who spoke, and to whom, in [since, since + days), and how many days after it.

        Str, str and float64 [m].
        """
        rows = self._within(since, days)
        persons, contacts = (
            np.array(rows[name].cast(pa.string()).to_pylist(), np.str_)
            for name in ("person_id", "contact_id")
        )
        times = np.asarray(rows["occurred_at"].cast(pa.int64()).to_numpy())
        return persons, contacts, (times - microseconds(since)) / DAY_MICROSECONDS

    def _within(self, since: datetime, days: float) -> pa.Table:
        """The interactions in [since, since + days): only their row groups are read."""
        start = microseconds(since)
        end = start + int(days * DAY_MICROSECONDS)
        time = pc.field("occurred_at")
        wanted = (time >= pa.scalar(start, TIME)) & (time < pa.scalar(end, TIME))
        return pq.read_table(
            self.path, filters=wanted, read_dictionary=["person_id", "contact_id"]
        ).combine_chunks()


def _rows(column: pa.ChunkedArray, ids: StringTable) -> NDArray[np.int32]:
    """The rows of a column of dictionary-encoded ids, int32 [m]; -1 for those not in `ids`.

    Every distinct id is looked up once.
    """
    if not len(column):
        return np.empty(0, np.int32)
    encoded = column.combine_chunks()
    buffers = pa.py_buffer(ids.offsets), pa.py_buffer(ids.text)
    known = pa.LargeStringArray.from_buffers(len(ids), *buffers)
    places = pc.index_in(encoded.dictionary.cast(pa.large_string()), value_set=known)
    row_of = pc.fill_null(places, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return np.asarray(row_of[encoded.indices.to_numpy()], np.int32)
