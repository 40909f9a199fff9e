"""Where JSON files lie: one file, folders of them at any depth, or what a glob names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ingestion.places import Place
from ingestion.sources.jsonrecords import records
from recommender.domain.errors import InputDataError

SUFFIXES = (".json", ".jsonld", ".jsonl", ".ndjson")
"""How JSON files are called, optionally with `.gz`; a file that is given by name may differ."""
_LOOK = 20
"""Files of a folder, and records of a file, that are looked at to tell what they are."""
_HEAD = 1 << 20
"""Bytes of a file that are looked at."""


def is_json(name: str) -> bool:
    """Whether a file is called like JSON, or like JSON that is gzipped."""
    return name.lower().removesuffix(".gz").endswith(SUFFIXES)


def files(place: Place, suits: Callable[[str], bool]) -> list[tuple[Path, str]]:
    """The files at a place, and what to call each: from its folder on, or of several, in full.

    suits: tells a file in a folder by its name; hidden ones never do. In order of names, so that
    nothing depends on the disk.
    """
    alone = len(place.paths) == 1
    return [
        (file, _called(file, path) if alone else str(file))
        for path in place.paths
        for file in _under(path, suits)
    ]


def looks_like(
    place: Place, lists: frozenset[str], known: Callable[[dict[str, Any]], bool]
) -> bool:
    """Whether some record at the start of some JSON file is `known`; at most 20 files are tried."""
    found = islice(files(place, is_json), _LOOK)
    return any(known(value) for file, _ in found for value in _first(file, lists))


def _called(file: Path, path: Path) -> str:
    return file.name if file == path else str(file.relative_to(path))


def _under(path: Path, suits: Callable[[str], bool]) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if suits(file.name) and file.is_file() and not _hidden(file.relative_to(path))
    )


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _first(file: Path, lists: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The objects among the first records of a file, as far as it can be read."""
    try:
        for record in islice(records(file, file.name, lists, _HEAD), _LOOK):
            if record.value is not None:
                yield record.value
    except InputDataError:
        return
