"""Which lists differ from those that an earlier model gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from recommender.batch.asked import Asked
from recommender.batch.lists import Lists
from recommender.domain.errors import PersonNotFoundError
from recommender.domain.ids import Row
from recommender.domain.slate import Kind
from recommender.pipeline import Pipeline

CHANGED = pa.schema({"kind": pa.string(), "person_id": pa.string(), "rows": pa.int32()})
"""One row a list that changed: how many rows it has now, 0 where it is empty or no longer made."""


class ChangedLists:
    """Makes those lists that are not what an earlier model's are.

    A list has changed where others are on it, in another order, at another distance, or for other
    reasons; scores and shares, which move a little every day, change nothing by themselves.
    """

    def __init__(self, now: Lists, before: Pipeline) -> None:
        self.now, self.before = now, Lists(before, now.asked)
        self._changed: list[tuple[str, str, int]] = []

    @property
    def asked(self) -> Asked:
        """What is asked for."""
        return self.now.asked

    def tables(self, people: Sequence[Row], kind: Kind) -> Iterator[tuple[int, pa.Table]]:
        """The changed lists of one kind, as of `Lists.tables`."""
        ids = self.now.pipeline.model.person_ids
        done = 0
        for count, table in self.now.tables(people, kind):
            block = [ids[row] for row in people[done : done + count]]
            done += count
            new, old = lists_in(table), self._old(block, kind)
            changed = [person for person in block if new.get(person) != old.get(person)]
            self._note(kind, changed, new)
            yield count, table.filter(pc.is_in(table["person_id"], pa.array(changed, pa.string())))

    def gone(self, person_ids: Sequence[str], kind: Kind) -> None:
        """Note those of whom there are no lists any more, but were."""
        old = self._old(person_ids, kind)
        self._note(kind, [person for person in person_ids if person in old], {})

    def changed(self) -> pa.Table:
        """Every changed list since this was last asked, as rows of `CHANGED`."""
        noted, self._changed = self._changed, []
        columns = zip(*noted, strict=True) if noted else ([], [], [])
        return pa.table(dict(zip(CHANGED.names, map(list, columns), strict=True)), schema=CHANGED)

    def _old(self, person_ids: Sequence[str], kind: Kind) -> dict[str, Any]:
        known = []
        for person_id in person_ids:
            try:
                known.append(self.before.pipeline.row(person_id))
            except PersonNotFoundError:
                continue
        found: dict[str, Any] = {}
        for _, table in self.before.tables(known, kind):
            found |= lists_in(table)
        return found

    def _note(self, kind: Kind, people: Sequence[str], new: dict[str, Any]) -> None:
        self._changed += [(str(kind), person, len(new.get(person, ()))) for person in people]


def lists_in(table: pa.Table) -> dict[str, list[Any]]:
    """What may change of each person's list; a row for each name on it, best first."""
    columns = (table[name].to_pylist() for name in ("person_id", "contact_id", "tie_layer"))
    reasons = (tuple(map(_reason, each)) for each in table["reasons"].to_pylist())
    rows = zip(*columns, reasons, strict=True)
    return {person: [row[1:] for row in found] for person, found in groupby(rows, itemgetter(0))}


_reason = itemgetter("kind", "topic_id", "object_id")
