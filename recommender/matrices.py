"""A snapshot in memory: its tables as arrays and its matrices in CSR form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain import tables
from recommender.domain.ids import StringTable
from recommender.domain.times import microseconds
from recommender.domain.versions import read_manifest, resolve, verify_files

SNAPSHOT_FORMAT = 3

ATTRIBUTES = ("organisation", "role", "sector", "timezone")
"""What people declare of themselves, one value each."""


class Columns(Mapping[str, NDArray[Any]]):
    """Arrays by name, each made when it is first asked for, and then kept.

    Nobody looks at all measures of a matrix, and together they take more memory than all else.
    """

    def __init__(self, names: Iterable[str], make: Callable[[str], NDArray[Any]]) -> None:
        self._made: dict[str, NDArray[Any] | None] = dict.fromkeys(names)
        self._make = make

    def __getitem__(self, name: str) -> NDArray[Any]:
        made = self._made[name]
        if made is None:
            made = self._made[name] = self._make(name)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


@dataclass(frozen=True, slots=True)
class Matrix:
    """One matrix of a snapshot, as sorted coordinates and their measures.

    keys: int32 arrays, one per key column; measures: one array per column of `tables.MEASURES`,
    times as int64 microseconds since 1970.
    """

    shape: tuple[int, ...]
    keys: tuple[NDArray[np.int32], ...]
    measures: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.keys[0])

    def csr(self, measure: str, where: NDArray[np.bool_] | None = None) -> sp.csr_matrix:
        """The first and last key by `measure`, float32; stored zeros are dropped.

        where: bool [m], the cells to take; all where None. A third key between the two is summed
        out.
        """
        chosen = slice(None) if where is None else where
        values = self.measures[measure][chosen].astype(np.float32)
        shape = (self.shape[0], self.shape[-1])
        matrix = sp.csr_matrix((values, (self.keys[0][chosen], self.keys[-1][chosen])), shape)
        matrix.eliminate_zeros()
        return matrix

    def taking_part(self) -> NDArray[np.bool_]:
        """Which cells say more than that the person looked on: bool [m]."""
        looked_on = tables.VIEW_WEIGHT * self.measures["count"]
        # A hundredth of tolerance, because the weights were summed in float32.
        return np.asarray(self.measures["weight"] > 1.01 * looked_on, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """One table of `tables.EVENTS` as m events in order of time.

    persons: int32; contacts: int32, whom each addressed, -1 in activities; topics, objects: int32,
    -1 unknown; at: int64, microseconds since 1970, ascending; weights: float64.
    """

    persons: NDArray[np.int32]
    contacts: NDArray[np.int32]
    topics: NDArray[np.int32]
    objects: NDArray[np.int32]
    at: NDArray[np.int64]
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: slice | NDArray[Any]) -> Events:
        """Only those events, in the order given."""
        return Events(
            persons=self.persons[which],
            contacts=self.contacts[which],
            topics=self.topics[which],
            objects=self.objects[which],
            at=self.at[which],
            weights=self.weights[which],
        )

    def taking_part(self) -> NDArray[np.bool_]:
        """Which events say more than that somebody looked on: bool [m]; see `Matrix`."""
        return self.weights > 1.01 * tables.VIEW_WEIGHT

    def before(self, microseconds: int) -> Events:
        """Those that had happened by then: a view, because they are in order."""
        return self.take(slice(0, int(np.searchsorted(self.at, microseconds))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A host's facts at one time, n people, t topics, o objects.

    attributes: organisation, role, sector and time zone as codes: int32 [n], -1 where not given.
    attribute_names: what each code of them stands for.
    levels: float32 [n], how experienced each is, 0 to 4, NaN where not given.
    languages: CSR pattern [n, languages]; language_names: what each column stands for.
    joined: int64 [n], when each came, in microseconds since 1970; -1 unknown.
    topic_parents: int32 [t], -1 none; topic_descriptions: empty where there is none.
    activities, interactions: what the matrices sum up, event by event.
    relations: the declared tables of `tables.RELATIONS`, column by column.
    """

    name: str
    as_of: datetime
    person_ids: StringTable
    display_names: StringTable
    organisations: StringTable
    topic_ids: StringTable
    topic_labels: StringTable
    topic_descriptions: StringTable
    topic_parents: NDArray[np.int32]
    object_ids: StringTable
    object_titles: StringTable
    attributes: dict[str, NDArray[np.int32]]
    attribute_names: dict[str, list[str]]
    levels: NDArray[np.float32]
    languages: sp.csr_matrix
    language_names: list[str]
    joined: NDArray[np.int64]
    discoverable: NDArray[np.bool_]
    person_topic: Matrix
    person_contact: Matrix
    person_contact_topic: Matrix
    person_object: Matrix
    activities: Events
    interactions: Events
    relations: dict[str, pa.Table]

    @property
    def as_of_microseconds(self) -> int:
        """`as_of` as the matrices count time."""
        return microseconds(self.as_of)

    def relation(self, name: str, column: str) -> NDArray[Any]:
        """One column of a declared table; see `tables.RELATIONS`."""
        return np.asarray(self.relations[name][column].to_numpy())


def load_snapshot(path: Path) -> Snapshot:
    """Read the snapshot at `path`, a version or a folder of versions, checking every file first.

    Raises VersionNotFoundError or CorruptVersionError.
    """
    folder = resolve(path)
    manifest = read_manifest(folder, "snapshot", SNAPSHOT_FORMAT)
    verify_files(folder, manifest)
    people, topics, objects = (_read(folder, name) for name in ("people", "topics", "objects"))
    languages, language_names = _memberships(people["languages"])
    sizes = {
        "person": len(people),
        "contact": len(people),
        "topic": len(topics),
        "object": len(objects),
    }
    return Snapshot(
        name=folder.name,
        as_of=datetime.fromisoformat(manifest["as_of"]).replace(tzinfo=None),
        person_ids=_strings(people["person_id"]),
        display_names=_labels(people["display_name"], people["person_id"]),
        organisations=_strings(people["organisation"]),
        topic_ids=_strings(topics["topic_id"]),
        topic_labels=_labels(topics["label"], topics["topic_id"]),
        topic_descriptions=_strings(topics["description"]),
        topic_parents=np.asarray(pc.fill_null(topics["parent"], -1).to_numpy(), np.int32),
        object_ids=_strings(objects["object_id"]),
        object_titles=_labels(objects["title"], objects["object_id"]),
        attributes={name: _codes(people[name]) for name in ATTRIBUTES},
        attribute_names={name: _names(people[name]) for name in ATTRIBUTES},
        levels=np.asarray(pc.fill_null(people["level"], np.nan).to_numpy(), np.float32),
        languages=languages,
        language_names=language_names,
        joined=np.asarray(pc.fill_null(people["joined_at"].cast(pa.int64()), -1).to_numpy()),
        discoverable=np.asarray(people["discoverable"].to_numpy(), bool),
        person_topic=_matrix(folder, "person_topic", sizes),
        person_contact=_matrix(folder, "person_contact", sizes),
        person_contact_topic=_matrix(folder, "person_contact_topic", sizes),
        person_object=_matrix(folder, "person_object", sizes),
        activities=_events(folder, "activities"),
        interactions=_events(folder, "interactions"),
        relations={name: _read(folder, name) for name in tables.RELATIONS},
    )


def _read(folder: Path, name: str) -> pa.Table:
    return pq.read_table(folder / f"{name}.parquet").combine_chunks()


def _matrix(folder: Path, name: str, sizes: dict[str, int]) -> Matrix:
    # Mapped, so that it stays what was verified, whatever becomes of the folder meanwhile.
    file = pa.memory_map(str(folder / f"{name}.parquet")).read_buffer()
    keys = tables.MATRICES[name]

    def column(named: str) -> NDArray[Any]:
        return _numbers(pq.read_table(pa.BufferReader(file), columns=[named])[named])

    return Matrix(
        shape=tuple(sizes[key] for key in keys),
        keys=tuple(column(key) for key in keys),
        measures=Columns(tables.MEASURES, column),
    )


def _events(folder: Path, name: str) -> Events:
    table = _read(folder, name)

    def rows(key: str) -> NDArray[np.int32]:
        if key not in table.column_names:
            return np.full(len(table), -1, np.int32)
        return np.asarray(pc.fill_null(table[key], -1).to_numpy(), np.int32)

    return Events(
        persons=rows("person"),
        contacts=rows("contact"),
        topics=rows("topic"),
        objects=rows("object"),
        at=_numbers(table["occurred_at"]),
        weights=_numbers(table["weight"]),
    )


def _numbers(column: pa.ChunkedArray) -> NDArray[Any]:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return np.asarray(column.to_numpy())


def _strings(column: pa.ChunkedArray) -> StringTable:
    return StringTable.of(pc.fill_null(column, "").to_pylist())


def _labels(column: pa.ChunkedArray, ids: pa.ChunkedArray) -> StringTable:
    return StringTable.of(pc.coalesce(column, ids).to_pylist())


def _codes(column: pa.ChunkedArray) -> NDArray[np.int32]:
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False), np.int32)


def _names(column: pa.ChunkedArray) -> list[str]:
    names: list[str] = column.combine_chunks().dictionary_encode().dictionary.to_pylist()
    return names


def _memberships(column: pa.ChunkedArray) -> tuple[sp.csr_matrix, list[str]]:
    """Who has which value, CSR pattern [n, values], and what the columns stand for."""
    parents = pc.list_parent_indices(column).to_numpy()
    values = pc.list_flatten(column).combine_chunks().dictionary_encode()
    codes = values.indices.to_numpy(zero_copy_only=False)
    shape = (len(column), max(len(values.dictionary), 1))
    members = sp.csr_matrix((np.ones(len(codes), np.float32), (parents, codes)), shape)
    return members, values.dictionary.to_pylist()
