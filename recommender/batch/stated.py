"""What the manifest of an export states, as far as files can be held against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.batch.files import file_schema
from recommender.batch.place import KIND, RUN
from recommender.batch.rows import FORMATS
from recommender.batch.shelf import Shelf
from recommender.batch.table import schema_facts
from recommender.domain.errors import CorruptVersionError, shorten
from recommender.domain.versions import MANIFEST

_FACTS = {
    "run": str,
    "model": str,
    "people": int,
    "parts": int,
    "rows": dict,
    "schema": list,
    "settings": dict,
    "files": dict,
}
_SETTINGS = {"kinds": list, "top": int, "format": str, "people_per_part": int}
_FILE = {"bytes": int, "sha256": str}
_NAME = re.compile(r"(?:[^/]+/)?(part|changed)-([0-9]{5,})\.([a-z]+)")


def read_stated(shelf: Shelf) -> dict[str, Any]:
    """The manifest, with all that is needed to hold the files against it.

    Raises CorruptVersionError where it is none, or a fact is missing or of another type.
    """
    with shelf.opened(MANIFEST) as file:
        content = file.read()
    try:
        found = json.loads(content)
        kind, format_version = found["kind"], found["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CorruptVersionError(
            f"{shelf.name}/{MANIFEST} is none of an export: {error!r}"
        ) from None
    if (kind, format_version) != KIND:
        raise CorruptVersionError(
            f"{shelf.name} holds {kind!r} of format {format_version!r}; this version reads "
            f"{KIND[0]!r} of format {KIND[1]}"
        )
    for wrong in _wrong(found):
        raise CorruptVersionError(
            f"{shelf.name}/{MANIFEST} is not whole: {wrong} is missing, or not what it should be; "
            "export again"
        )
    return dict(found)


def _wrong(found: Mapping[str, Any]) -> Iterator[str]:
    """Every fact that is not there, or of another type."""
    yield from _lacking(found, _FACTS)
    settings, rows = found["settings"], found["rows"]
    yield from _lacking(settings, _SETTINGS, "settings.")
    if not all(isinstance(kind, str) for kind in settings["kinds"]):
        yield "settings.kinds"
    if settings["format"] not in FORMATS:
        yield "settings.format"
    if settings["people_per_part"] < 1:
        yield "settings.people_per_part"
    yield from _lacking(rows, dict.fromkeys(rows, int), "rows.")
    for name, facts in found["files"].items():
        yield from _lacking(facts, _FILE, f"files.{shorten(name)}.")


def _lacking(found: Any, types: Mapping[str, type], where: str = "") -> Iterator[str]:
    if not isinstance(found, dict):
        yield where.rstrip(".")
        return
    yield from (f"{where}{name}" for name in types if type(found.get(name)) is not types[name])


def check_listed(shelf: Shelf, stated: Mapping[str, Any]) -> None:
    """Raises CorruptVersionError where a file is missing, or is there that is not stated."""
    files = stated["files"]
    found = shelf.names() - {MANIFEST}
    if shelf.is_store:
        found -= _unfinished(found, files)
    for name in sorted(found ^ files.keys()):
        state = "is missing" if name in files else f"is not in {MANIFEST}"
        raise CorruptVersionError(f"{shelf.name}/{name} {state}")


def _unfinished(found: Iterable[str], files: Mapping[str, Any]) -> set[str]:
    """Parts of other runs, which lie beside those of an export in a store until they are out."""
    stated = {run[0] for run in map(RUN.match, files) if run is not None}
    runs = ((name, RUN.match(name)) for name in found)
    return {name for name, run in runs if run is not None and run[0] not in stated}


def numbered(shelf: Shelf, stated: Mapping[str, Any], what: str) -> list[str]:
    """The files of lists ("part"), or of what changed ("changed"), by their numbers.

    As numbers, since the hundred thousandth part has a longer name than those before.
    """
    found = []
    for name in stated["files"]:
        said = _NAME.fullmatch(name)
        if said is None or said[3] != stated["settings"]["format"]:
            raise CorruptVersionError(f"{shelf.name}/{name} is no file of an export")
        if said[1] == what:
            found.append((int(said[2]), name))
    return [name for _, name in sorted(found)]


def check_stated(shelf: Shelf, stated: Mapping[str, Any]) -> None:
    """Raises CorruptVersionError where columns or parts are not what the rest makes of them."""
    settings, people = stated["settings"], stated["people"]
    if stated["schema"] != schema_facts(file_schema(settings["format"])):
        raise CorruptVersionError(
            f"{shelf.name}/{MANIFEST}: the columns under schema are not those of an export in "
            f"{settings['format']}"
        )
    parts = [name.rpartition("part-")[2] for name in numbered(shelf, stated, "part")]
    numbers = [int(name.partition(".")[0]) for name in parts]
    if len(parts) != stated["parts"] or numbers != list(range(len(parts))):
        raise CorruptVersionError(
            f"{shelf.name} has {len(parts)} parts, and {MANIFEST} says that there are "
            f"{stated['parts']}, numbered from 0"
        )
    if len(parts) != -(-max(people, 1) // settings["people_per_part"]):
        raise CorruptVersionError(
            f"{shelf.name}: {len(parts)} parts of {settings['people_per_part']} people are not "
            f"the {people} people of {MANIFEST}"
        )
