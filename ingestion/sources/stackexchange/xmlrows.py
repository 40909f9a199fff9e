"""The `row` elements of a dump's files, in bounded memory and a chunk of the file at a time.

A file is `<posts>` or the like around one `<row …/>` a record, with everything in attributes.
Whatever else a file holds is no dump, and is refused as soon as it begins: a document type with its
entities, other elements, rows within rows, and rows longer than MAX_ROW. No tree is built: the
parser hands over each start of an element and forgets it, which is as fast as a bare `iterparse`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from lxml import etree

from ingestion.engine import first_line
from recommender.domain.errors import InputDataError, shorten

MAX_ROW = 4 << 20
"""Longest row, in bytes; the host allows a post 30,000 characters."""
_CHUNK = 1 << 18

Row = Mapping[str, str]
"""Attributes of a record by name; what is not known of it is not there."""


def batches(path: Path, origin: str) -> Iterator[tuple[list[Row], int]]:
    """Some rows at a time, with the bytes that were read for them.

    Raises InputDataError naming the file where it is no XML, not whole, or no part of a dump.
    """
    target: Any = _Target(origin)  # the stubs want every method that a target may have
    # Where there is no document type, the only entities are those of XML itself, such as &amp;.
    parser = etree.XMLParser(
        target=target, resolve_entities="internal", no_network=True, huge_tree=False
    )
    try:
        with path.open("rb") as file:
            since = 0
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
                since += len(chunk)
                if rows := target.taken():
                    yield rows, since
                    since = 0
                elif since > MAX_ROW:
                    target.refuse(f"no row within {MAX_ROW} bytes")
            parser.close()
    except etree.XMLSyntaxError as error:
        raise InputDataError(
            f"{origin} is no whole XML file ({first_line(error)}); unpack it again"
        ) from None
    except OSError as error:
        raise InputDataError(f"{origin} cannot be read: {error.strerror or error}") from None


class _Target:
    """What the parser tells its events to: gathers rows until they are taken."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._rows: list[Row] = []
        self._rooted = False
        self._open = 0
        self._ended: list[str] = []
        self.end = self._ended.append
        """An element ends; not a method of ours, since this is called as often as `start`."""

    def start(self, tag: str, attributes: Row) -> None:
        """An element begins."""
        if tag == "row" and self._rooted:
            self._rows.append(attributes)
        elif self._rooted:
            self.refuse(f"an element <{shorten(tag)}>")
        else:
            self._rooted = True

    def taken(self) -> list[Row]:
        """The rows since the last time, which must all have ended but for one."""
        rows, self._rows = self._rows, []
        self._open += len(rows) - len(self._ended)
        self._ended.clear()
        if self._open > 1:
            self.refuse("rows within rows")
        return rows

    def doctype(self, *_: object) -> None:
        """A document type is declared."""
        self.refuse("a document type")

    def close(self) -> None:
        """The file is at its end."""

    def refuse(self, what: str) -> NoReturn:
        """Raise InputDataError for what no dump has."""
        raise InputDataError(
            f"{self.origin} has {what}, unlike a Stack Exchange dump; unpack it again"
        )
