"""Writes the sample community's events block by block, so that memory does not grow with them."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.sample.events import VERBS, Events, Things
from ingestion.sample.facts import object_ids, person_ids, times, topic_ids
from ingestion.sample.people import Topics


def write_table(table: pa.Table, path: Path) -> None:
    """Write a whole table."""
    pq.write_table(table, path, compression="zstd")


class EventFiles:
    """The two files of events in `folder`, open for block after block."""

    def __init__(self, folder: Path, people: int, topics: Topics, things: Things) -> None:
        self._people = person_ids(people)
        self._topics = pa.array(topic_ids(topics))
        self._objects = object_ids(things)
        self._verbs = pa.array(list(VERBS))
        self._weights = pa.array(list(VERBS.values()), pa.float64())
        empty = np.empty(0, np.int64)
        none = Events(person=empty, contact=empty, time=empty, verb=empty, topic=empty, thing=empty)
        self._files = {
            name: pq.ParquetWriter(
                folder / f"{name}.parquet", self._table(name, none).schema, compression="zstd"
            )
            for name in ("activities", "interactions")
        }

    def __enter__(self) -> EventFiles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()

    def add(self, name: str, events: Events) -> None:
        """Add a block, in order of time, to 'activities' or 'interactions'."""
        order = np.lexsort((events.person, events.time))
        self._files[name].write_table(self._table(name, events.where(order)))

    def _table(self, name: str, events: Events) -> pa.Table:
        """The block as a native table: ids in place of rows."""
        columns = {"person_id": self._people.take(pa.array(events.person))}
        if name == "interactions":
            columns["contact_id"] = self._people.take(pa.array(events.contact))
        verb = pa.array(events.verb)
        columns |= {
            "topic_id": self._topics.take(pa.array(events.topic)),
            "occurred_at": times(events.time, micros=np.arange(len(verb)) % 1_000_000),
            "verb": self._verbs.take(verb),
            "object_id": self._objects.take(pa.array(events.thing, mask=events.thing < 0)),
            "weight": self._weights.take(verb),
        }
        return pa.table(columns)
