"""What was known at an earlier time: the same snapshot without all that happened since.

Training looks back to learn from what people did next, and to see how ties grew. An earlier
snapshot has the same rows for people, topics and objects; who came later is there and has done
nothing yet. Facts without a time (attributes, skills) are as they are now.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.domain.tables import HALF_LIVES, TIME, decay_column
from recommender.domain.times import DAY_MICROSECONDS, from_microseconds
from recommender.matrices import Events, Matrix, Snapshot

UNIT = 2.0**32
"""Decayed sums are of whole multiples of 1 / UNIT, as in ingestion: no order of events shows."""

_SINCE = {"connections": "connected_at", "goals": "set_at", "blocks": "created_at"}


def before(snapshot: Snapshot, as_of_microseconds: int) -> Snapshot:
    """The snapshot as it was at a time: what `ingest --as-of` gives, with the rows of this one."""
    done = snapshot.activities.before(as_of_microseconds)
    said = snapshot.interactions.before(as_of_microseconds)
    met = [(part.persons, part.objects, part) for part in (done, said)]
    person, thing = (np.concatenate([one[i] for one in met]) for i in (0, 1))
    events = _Weighed(as_of_microseconds, done.at, done.weights)
    spoken = _Weighed(as_of_microseconds, said.at, said.weights)
    both = events.then(spoken)
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
    """When events happened, and what each adds to every sum: int64 [m, measures] in units."""

    def __init__(self, as_of: int, at: NDArray[np.int64], weights: NDArray[np.float64]) -> None:
        self.as_of, self.at, self.weights = as_of, at, weights

    def then(self, other: _Weighed) -> _Weighed:
        """These and the others."""
        return _Weighed(self.as_of, np.r_[self.at, other.at], np.r_[self.weights, other.weights])

    def units(self, half_life: float | None, chosen: NDArray[np.intp]) -> NDArray[np.int64]:
        """Weights, decayed where there is a half-life in days, in whole units."""
        scaled = self.weights[chosen] * UNIT
        if half_life is not None:
            age = (self.as_of - self.at[chosen]) / DAY_MICROSECONDS
            scaled = scaled * np.exp(age * (-np.log(2) / half_life))
        return np.asarray(np.floor(scaled + 0.5), np.int64)


def _matrix(like: Matrix, keys: tuple[NDArray[np.int32], ...], events: _Weighed) -> Matrix:
    """Sum up events by keys; those with an unknown key are left out."""
    known = np.flatnonzero(np.logical_and.reduce([key >= 0 for key in keys]))
    cells = np.zeros(len(known), np.int64)
    for key, size in zip(keys, like.shape, strict=True):
        cells = cells * max(size, 1) + key[known]
    order = np.lexsort((events.at[known], cells))
    chosen, cells = known[order], cells[order]
    first = np.flatnonzero(np.r_[True, np.diff(cells) != 0]) if len(cells) else known
    last = np.r_[first[1:], len(cells)] - 1 if len(cells) else known
    at = events.at[chosen]
    new_day = np.r_[True, np.diff(at // DAY_MICROSECONDS) != 0][: len(at)]
    new_day[first] = True

    def total(values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.add.reduceat(values, first) if len(first) else values[:0]

    sums = {decay_column(h): total(events.units(h, chosen)) for h in HALF_LIVES}
    sums = {"weight": total(events.units(None, chosen)), **sums}
    return Matrix(
        shape=like.shape,
        keys=tuple(key[chosen][first] for key in keys),
        measures={
            "count": np.diff(np.r_[first, len(cells)]).astype(np.int32),
            "active_days": total(new_day.astype(np.int64)).astype(np.int32),
            "first_at": at[first],
            "last_at": at[last],
            **{name: (units / UNIT).astype(np.float32) for name, units in sums.items()},
        },
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
