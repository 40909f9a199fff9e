"""What every kind of host data has to offer: the native tables, as Parquet parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingestion.engine import Engine
from ingestion.places import Place

FILE, ROW, ERROR, RAW = "_file", "_row", "_error", "_text"
"""Columns a staged part may have beside the table's own: the place of its file in `Part.origins`,
the number of the row there, why it could not be read (null where it could), and then its text."""
OWN = frozenset({FILE, ROW, ERROR, RAW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A Parquet file with rows of one native table.

    Columns carry the native names; text that stands for a time, number or flag is read later.
    """

    origins: tuple[str, ...]
    """What the host calls the files, tables or pages that the rows come from; one, mostly."""
    path: Path
    first_row: int = 1
    """Number of the first row at its origin (a line for text); unused where `_row` is there."""
    unknown: tuple[str, ...] = ()
    """Columns at the origin that no native table has, and that were left there."""

    @property
    def origin(self) -> str:
        """The origins on one line."""
        first, last = self.origins[0], self.origins[-1]
        return first if first == last else f"{first} to {last}"


def numbered(parts: Sequence[Part]) -> Iterator[tuple[int, Part]]:
    """Each part with the number of its first origin, counted through all parts from 0."""
    number = 0
    for part in parts:
        yield number, part
        number += len(part.origins)


Tables = Mapping[str, Sequence[Part]]
"""Native table name to its parts, in the order in which rows count as first."""


class Source(Protocol):
    """One kind of host data. Sources hold no state and never change what they read."""

    name: str
    """What `--from` calls it."""
    summary: str
    """One line for people who look for their kind of data."""
    schemes: tuple[str, ...]
    """Of the URLs that it reads, beside paths; none for most."""

    def recognises(self, place: Place) -> bool:
        """Whether what is at `place` looks like this kind, told without reading it through."""

    def tables(self, place: Place, engine: Engine) -> Tables:
        """The native tables at `place`. New files go to `engine.new_file`, nowhere else.

        Raises InputDataError, one line, for what cannot be read at all; a single bad row is a
        row with an error instead.
        """
