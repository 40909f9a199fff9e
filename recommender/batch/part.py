"""One part of an export: the lists of a range of people, in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from recommender.batch.changes import CHANGED, ChangedLists
from recommender.batch.files import writer
from recommender.batch.opening import Making
from recommender.batch.table import SCHEMA
from recommender.domain.ids import Row
from recommender.domain.versions import sha256

Told = Callable[[int], None]
"""Called with how many more lists are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A range of people. number: from 0, in the order of their ids; people: rows in the model.

    gone: ids of those who are in it no longer, where lists are compared with an earlier model's.
    """

    number: int
    people: tuple[Row, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file that was made. sha256: in hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A part that was made: its files by name, and how many rows of each kind of list it has."""

    number: int
    people: int
    rows: dict[str, int]
    files: dict[str, FileFacts]


def make_part(lists: Making, part: Part, folder: Path, told: Told) -> Made:
    """Write a part into `folder`: by kind as asked for, then by person, then by rank."""
    asked = lists.asked
    path = folder / f"part-{part.number:05d}.{asked.file_format}"
    rows = dict.fromkeys(map(str, asked.kinds), 0)
    with writer(path, asked.file_format, SCHEMA) as write:
        for kind in asked.kinds:
            for count, table in lists.tables(part.people, kind):
                write(table)
                rows[kind] += table.num_rows
                told(count)
    made = [path]
    if isinstance(lists, ChangedLists):
        made.append(_note_changes(lists, part, folder))
    return Made(
        number=part.number,
        people=len(part.people),
        rows=rows,
        files={each.name: facts_of(each) for each in made},
    )


def _note_changes(lists: ChangedLists, part: Part, folder: Path) -> Path:
    """Write which lists changed beside them: what is empty now has no row there."""
    file_format = lists.asked.file_format
    path = folder / f"changed-{part.number:05d}.{file_format}"
    for kind in lists.asked.kinds:
        lists.gone(part.gone, kind)
    with writer(path, file_format, CHANGED) as write:
        write(lists.changed())
    return path


def facts_of(path: Path) -> FileFacts:
    """What a manifest says of a file."""
    return FileFacts(bytes=path.stat().st_size, sha256=sha256(path))


def parts_of(people: Sequence[int], gone: Sequence[str], size: int) -> list[Part]:
    """People in parts of `size`, at least one; the last has those who are gone."""
    starts = range(0, max(len(people), 1), size)
    parts = [
        Part(number=number, people=tuple(map(Row, people[start : start + size])))
        for number, start in enumerate(starts)
    ]
    return [*parts[:-1], replace(parts[-1], gone=tuple(gone))]
