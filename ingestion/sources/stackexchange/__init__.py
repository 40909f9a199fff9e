"""The data dump of a Stack Exchange site: a folder with Posts.xml, Users.xml and so on.

What asking, answering, accepting and commenting become is said in `mapping`; how the XML is read,
in `xmlrows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.base import Tables
from ingestion.sources.sheets import Sheet, mapped
from ingestion.sources.stackexchange.mapping import parts
from ingestion.sources.stackexchange.xmlrows import batches
from recommender.domain.errors import InputDataError

Columns = dict[str, pa.Array]
"""Attributes of some rows, by name of the column."""
ROW = "row"
"""Among `Columns`, the number of each row."""

_MENTION = r"(?:^|[^\w@])@(?P<name>[^\s@:,;!?()\[\]<>`\"]+)"


def _all(columns: Columns) -> Columns:
    return columns


def _accepting(columns: Columns) -> Columns:
    """Only the votes with which an asker accepted an answer (AcceptedByOriginator)."""
    chosen = pc.equal(columns["kind"], "1")
    return {name: column.filter(chosen) for name, column in columns.items()}


def _mentioning(columns: Columns) -> Columns:
    """Of the text only the first name behind an @ is kept."""
    return {**columns, "mention": pc.extract_regex(columns["mention"], _MENTION).field("name")}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a dump.

    attributes: those of a `row` that are read, by the column of the sheet which they fill; the
    sheet has the file's name in lower case. taken: what is done to the columns on the way.
    """

    name: str
    attributes: Mapping[str, str]
    taken: Callable[[Columns], Columns] = _all

    @property
    def sheet(self) -> str:
        """Name of the sheet."""
        return self.name.partition(".")[0].lower()


FILES = (
    File(
        "Posts.xml",
        {
            "id": "Id",
            "kind": "PostTypeId",
            "parent": "ParentId",
            "accepted": "AcceptedAnswerId",
            "owner": "OwnerUserId",
            "community": "CommunityOwnedDate",
            "made": "CreationDate",
            "title": "Title",
            "tags": "Tags",
        },
    ),
    File(
        "Comments.xml",
        {"id": "Id", "post": "PostId", "author": "UserId", "made": "CreationDate",
         "mention": "Text"},
        _mentioning,
    ),
    File(
        "Votes.xml", {"post": "PostId", "kind": "VoteTypeId", "made": "CreationDate"}, _accepting
    ),
    File(
        "Users.xml",
        {"id": "Id", "name": "DisplayName", "reputation": "Reputation", "joined": "CreationDate"},
    ),
    File("Tags.xml", {"name": "TagName"}),
)  # fmt: skip
"""The files that are read, of which only the first has to be there."""


class StackExchange:
    """Folders as in the quarterly data dump, unpacked."""

    name = "stackexchange"
    summary = "the data dump of a Stack Exchange site: a folder with Posts.xml, Users.xml and so on"
    schemes: tuple[str, ...] = ()

    def recognises(self, place: Place) -> bool:
        """Whether there is one folder with a Posts.xml."""
        return len(place.paths) == 1 and FILES[0].name.lower() in _found(place.path)

    def tables(self, place: Place, engine: Engine) -> Tables:
        """The native tables; every file is read once, as a stream."""
        found = _found(place.path)
        if FILES[0].name.lower() not in found:
            raise InputDataError(
                f"{place} holds no {FILES[0].name}; give the folder of a site's dump, unpacked"
            )
        with ExitStack() as stack:
            sheets = [
                stack.enter_context(Sheet(engine, f.sheet, list(f.attributes))) for f in FILES
            ]
            for number, (file, sheet) in enumerate(zip(FILES, sheets, strict=True)):
                if path := found.get(file.name.lower()):
                    _lay_down(path, file, number, sheet)
        return mapped(engine, sheets, parts(tuple(file.name for file in FILES)))


def _found(folder: Path) -> dict[str, Path]:
    """The files of a folder by their names in lower case, as early dumps have them."""
    if not folder.is_dir():
        return {}
    return {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}


def _lay_down(path: Path, file: File, number: int, sheet: Sheet) -> None:
    """Bring a file's rows to a sheet, column by column, since there are very many."""
    struct = pa.struct(dict.fromkeys(file.attributes.values(), pa.string()))
    first = 1
    for rows, size in batches(path, file.name):
        arrays = pa.array(rows, struct).flatten()
        places = pa.array(np.arange(first, first + len(rows)))
        found = {ROW: places, **dict(zip(file.attributes, arrays, strict=True))}
        columns = file.taken(found)
        sheet.extend(number, columns.pop(ROW), list(columns.values()), size)
        first += len(rows)
