"""Whether the rows of an export are lists, each whole and in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa

from recommender.domain.errors import shorten

COLUMNS = ["kind", "person_id", "rank", "contact_id", "model"]
"""What is looked at."""


class DisorderError(ValueError):
    """Rows that no export has; says what is wrong with them."""


class Order:
    """Follows the rows of one part after the other.

    kinds: in the order in which a part has them; top: names on a list at most; model: of all rows.
    rows: how many of each kind there were; people: how many have a list.
    """

    def __init__(self, kinds: Iterable[str], top: int, model: str) -> None:
        self._kinds = {kind: place for place, kind in enumerate(kinds)}
        self._top, self._model = top, model
        self._last = dict.fromkeys(self._kinds, b"")
        self._before = b""
        self.rows: Counter[str] = Counter()
        self.people = 0

    def follow(self, batches: Iterable[pa.Table]) -> None:
        """Look at one part. Raises DisorderError for the first list that is wrong.

        Kinds in order; in each, people by the bytes of their ids, all after everyone of the parts
        before; of each, ranks from 1 without gaps, other names, and not her own.
        """
        at, people = -1, set[str]()
        for columns in map(pa.Table.to_pydict, _whole_lists(batches)):
            kind, person = columns["kind"][0], columns["person_id"][0]
            place = self._kinds.get(kind, -1)
            if place < max(at, 0):
                raise DisorderError(f"lists of {shorten(str(kind))!r} are not in their place")
            at = place
            self._place(kind, person)
            self._look(columns, f"the list of {kind} of {shorten(person)!r}")
            self.rows[kind] += len(columns["rank"])
            people.add(person)
        self.people += len(people)
        self._before = max([self._before, *self._last.values()])

    def _place(self, kind: str, person: str) -> None:
        if person.encode() <= max(self._last[kind], self._before):
            raise DisorderError(
                f"{shorten(person)!r} comes twice or out of order in lists of {kind}"
            )
        self._last[kind] = person.encode()

    def _look(self, columns: dict[str, list[object]], what: str) -> None:
        count = len(columns["rank"])
        if columns["rank"] != list(range(1, count + 1)) or count > self._top:
            raise DisorderError(f"{what} does not have ranks from 1 to at most {self._top}")
        if set(columns["kind"]) != {columns["kind"][0]} or len(set(columns["person_id"])) != 1:
            raise DisorderError(f"{what} has rows of another list")
        if len(set(columns["contact_id"])) < count:
            raise DisorderError(f"{what} has somebody twice")
        if columns["person_id"][0] in columns["contact_id"]:
            raise DisorderError(f"{what} has herself")
        if set(columns["model"]) != {self._model}:
            raise DisorderError(f"{what} is not of model {self._model}")


def _whole_lists(batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Rows list by list; a new one begins at every rank 1."""
    left: pa.Table | None = None
    for batch in batches:
        looked_at = batch.select(COLUMNS)
        table = looked_at if left is None else pa.concat_tables([left, looked_at])
        starts = np.flatnonzero(table["rank"].to_numpy() == 1).tolist()
        if table.num_rows and starts[:1] != [0]:
            raise DisorderError("a list does not begin with rank 1")
        for begin, end in pairwise(starts):
            yield table.slice(begin, end - begin)
        left = table.slice(starts[-1]) if starts else None
    if left is not None:
        yield left
