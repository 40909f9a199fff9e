"""What was known at an earlier time: the same snapshot without all that happened since.

Training looks back to learn from what people did next, and to see how ties grew. An earlier
snapshot has the same rows for people, topics and objects; who came later is there and has done
nothing yet. Facts without a time (attributes, skills) are as they are now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.domain.tables import HALF_LIVES, MEASURES, TIME, decay_column
from recommender.domain.times import DAY_MICROSECONDS, from_microseconds
from recommender.matrices import Columns, Events, Matrix, Snapshot

UNIT = 2.0**32
"""Decayed sums are of whole multiples of 1 / UNIT, as in ingestion: no order of events shows."""

_SINCE = {"connections": "connected_at", "goals": "set_at", "blocks": "created_at"}


def before(snapshot: Snapshot, as_of_microseconds: int) -> Snapshot:
    """The snapshot as it was at a time: what `ingest --as-of` gives, with the rows of this one."""
    done = snapshot.activities.before(as_of_microseconds)
    said = snapshot.interactions.before(as_of_microseconds)
    met = [(part.persons, part.objects) for part in (done, said)]
    person, thing = (np.concatenate([one[i] for one in met]) for i in (0, 1))
    events, spoken, both = (_Weighed(as_of_microseconds, e) for e in ([done], [said], [done, said]))
    return replace(
        snapshot,
        as_of=from_microseconds(as_of_microseconds).replace(tzinfo=None),
        person_topic=_matrix(snapshot.person_topic, (done.persons, done.topics), events),
        person_contact=_matrix(snapshot.person_contact, (said.persons, said.contacts), spoken),
        person_contact_topic=_matrix(
            snapshot.person_contact_topic, (said.persons, said.contacts, said.topics), spoken
        ),
        person_object=_matrix(snapshot.person_object, (person, thing), both),
        activities=done,
        interactions=said,
        relations={
            name: _declared(name, table, as_of_microseconds)
            for name, table in snapshot.relations.items()
        },
    )


class _Weighed:
    """When events happened, and what each adds to every sum."""

    def __init__(self, as_of: int, parts: list[Events]) -> None:
        self.as_of, self._parts = as_of, parts

    @property
    def at(self) -> NDArray[np.int64]:
        """When: int64 [m], microseconds since 1970."""
        return np.concatenate([part.at for part in self._parts])

    def units(self, half_life: float | None) -> NDArray[np.int64]:
        """Weights, decayed where there is a half-life in days, in whole units: int64 [m]."""
        return np.concatenate([self._units(part, half_life) for part in self._parts])

    def _units(self, part: Events, half_life: float | None) -> NDArray[np.int64]:
        scaled = part.weights * UNIT
        if half_life is not None:
            age = (self.as_of - part.at) / DAY_MICROSECONDS
            scaled *= np.exp(age * (-np.log(2) / half_life))
        return np.asarray(np.floor(scaled + 0.5), np.int64)


class _Cells:
    """Events put together by their keys.

    order: int [k], events by cell, then time; first: int64 [c], where each cell begins there.
    """

    def __init__(
        self, events: _Weighed, order: NDArray[np.integer], first: NDArray[np.intp]
    ) -> None:
        self._events, self._order, self._first = events, order, first

    def measure(self, name: str) -> NDArray[Any]:
        """One of `tables.MEASURES`, by cell."""
        if name == "count":
            return np.asarray(np.diff(np.r_[self._first, len(self._order)]), np.int32)
        if name == "active_days":
            return self._total(self._new_day()).astype(np.int32)
        if name == "first_at":
            return np.asarray(self._events.at[self._order[self._first]])
        if name == "last_at":
            ends = np.r_[self._first[1:], len(self._order)][: len(self._first)]
            return np.asarray(self._events.at[self._order[ends - 1]])
        units = self._events.units(_HALF_LIVES[name])
        return np.asarray(self._total(units[self._order]) / UNIT, np.float32)

    def _new_day(self) -> NDArray[np.int64]:
        """1 for each event that is the first of its cell on its day."""
        days = self._events.at[self._order] // DAY_MICROSECONDS
        new = np.r_[True, np.diff(days) != 0][: len(days)]
        new[self._first] = True
        return np.asarray(new, np.int64)

    def _total(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.asarray(np.add.reduceat(values, self._first) if len(self._first) else values[:0])


_HALF_LIVES: dict[str, float | None] = {"weight": None, **{decay_column(h): h for h in HALF_LIVES}}


def _matrix(like: Matrix, keys: tuple[NDArray[np.int32], ...], events: _Weighed) -> Matrix:
    """Sum up events by keys; those with an unknown key are left out."""
    known: NDArray[np.integer] = np.flatnonzero(np.logical_and.reduce([key >= 0 for key in keys]))
    if len(keys[0]) < 2**31:  # it is kept for as long as the matrix, and this is half of it
        known = known.astype(np.int32)
    cells = np.zeros(len(known), np.int64)
    for key, size in zip(keys, like.shape, strict=True):
        cells = cells * max(size, 1) + key[known]
    in_turn = np.lexsort((events.at[known], cells))
    order, cells = known[in_turn], cells[in_turn]
    first = np.flatnonzero(np.r_[True, np.diff(cells) != 0][: len(cells)])
    return Matrix(
        shape=like.shape,
        keys=tuple(key[order[first]] for key in keys),
        measures=Columns(MEASURES, _Cells(events, order, first).measure),
    )


def _declared(name: str, table: pa.Table, as_of: int) -> pa.Table:
    """What had been declared by then; what has no time stays, and an end to come is no end."""
    now = pa.scalar(as_of, TIME)
    if name in _SINCE:
        since = table[_SINCE[name]]
        table = table.filter(pc.fill_null(pc.less(since, now), True))
    if "ended_at" in table.column_names:
        place = table.column_names.index("ended_at")
        end = table["ended_at"]
        ended = pc.if_else(pc.fill_null(pc.less(end, now), False), end, pa.scalar(None, TIME))
        table = table.set_column(place, table.schema.field(place), ended)
    return table.combine_chunks()


def events_between(events: Events, start: int, end: int) -> Events:
    """Those at `start` or later and before `end`, in microseconds."""
    low, high = np.searchsorted(events.at, [start, end])
    return events.take(slice(int(low), int(high)))
