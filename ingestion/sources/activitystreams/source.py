"""What is there of ActivityStreams data, and the native tables that become of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.activitystreams.accounts import LISTS, record_accounts
from ingestion.sources.activitystreams.queries import parts
from ingestion.sources.activitystreams.recorder import Recorder, recording
from ingestion.sources.activitystreams.terms import ACTORS, looks_known, types
from ingestion.sources.base import Tables
from ingestion.sources.jsonfiles import files, is_json, looks_like
from ingestion.sources.jsonrecords import records
from ingestion.sources.sheets import mapped
from ingestion.sources.streams import is_archive, names, unpacked
from recommender.domain.errors import InputDataError

ITEMS = frozenset({"orderedItems", "items", "first.orderedItems", "first.items"})
"""Where collections and their pages have their items."""
ARCHIVED = {"actor.json", "outbox.json", "likes.json", "bookmarks.json"}
"""What an archive of an account holds beside its pictures and lists."""

_ACTOR = "actor.json"
_LOOK = 1000
"""Files of an archive that are looked at to tell whether it is one of an account."""
_FEW = 3
"""Archives that are looked at."""
_CONTROLS = dict.fromkeys([*range(32), 127], " ")


@dataclass(frozen=True, slots=True)
class _File:
    """A file to read: where it lies, what to call it, its name, and which archive it is of."""

    path: Path
    origin: str
    name: str
    folder: str


class ActivityStreams:
    """Files of ActivityStreams 2.0, and archives of accounts as Mastodon hands them out."""

    name = "activitystreams"
    summary = "ActivityStreams 2.0: collections, JSON Lines, or archives of Mastodon accounts"
    schemes: tuple[str, ...] = ()

    def recognises(self, place: Place) -> bool:
        """Whether there is an archive of an account, or objects of types that are known."""
        archives = (path for path, _ in files(place, _packed) if is_archive(path))
        account = any(_is_account(path) for path in islice(archives, _FEW))
        return account or looks_like(place, ITEMS, looks_known)

    def tables(self, place: Place, engine: Engine) -> Tables:
        """The native tables; archives are unpacked as far as they are needed."""
        found = list(_files(place, engine))
        if not found:
            raise InputDataError(
                f"{place} holds no JSON file and no archive of an account; give such a file, or a "
                "folder of them"
            )
        with recording(engine) as recorder:
            for number, file in enumerate(found):
                recorder.file = number
                _record(file, recorder)
        origins = tuple(file.origin for file in found)
        return mapped(engine, recorder.sheets.values(), parts(origins))


def _packed(name: str) -> bool:
    return name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz"))


def _suits(name: str) -> bool:
    return is_json(name) or _packed(name) or name in LISTS


def _wanted(name: str) -> bool:
    """Whether a file of an archive is read: by its name, at the top or in one folder there."""
    path = PurePosixPath(name)
    return len(path.parts) <= 2 and (path.name in ARCHIVED or path.name in LISTS)


def _is_account(path: Path) -> bool:
    found = names(path, _LOOK)
    return any(_wanted(name) or name.startswith("media_attachments/") for name in found)


def _files(place: Place, engine: Engine) -> Iterator[_File]:
    folders: dict[object, str] = {}
    for path, origin in files(place, _suits):
        if not is_archive(path):
            folder = folders.setdefault(path.parent, str(len(folders)))
            yield _File(path, origin, path.name, folder)
            continue
        folder = folders.setdefault(path, str(len(folders)))
        empty = True
        for name, copy in unpacked(path, _wanted, engine):
            empty = False
            yield _File(copy, f"{origin}/{name}".translate(_CONTROLS), Path(name).name, folder)
        if empty and path in place.paths:
            raise InputDataError(f"{origin} is no archive of an account: it has no outbox.json")


def _record(file: _File, recorder: Recorder) -> None:
    if file.name in LISTS:
        record_accounts(file.path, LISTS[file.name], file.folder, recorder)
        return
    for record in records(file.path, file.origin, ITEMS):
        recorder.record(record)
        value = record.value
        if file.name == _ACTOR and value and types(value) & ACTORS and value.get("id"):
            recorder.add("owners", file.folder, str(value["id"]))
