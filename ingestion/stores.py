"""Host data in an object store: copied to this machine, then read like any other files.

The copy lies in the engine's own folder and goes with it. Nobody is told where it lies: origins and
errors name the objects.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from glob import escape, has_magic
from itertools import takewhile
from pathlib import Path

import pyarrow.fs as pafs

from ingestion.engine import Engine, first_line
from ingestion.places import STORES, Place
from ingestion.sources import choose
from ingestion.sources.base import Tables
from recommender.domain.errors import InputDataError, OutputError, shorten
from recommender.domain.objects import ObjectUrl, remedy

RESERVE = 256 << 20
"""Bytes of the disk that copies leave free."""
ATTEMPTS = 10
"""How often a request is made before the store counts as out of reach; some 25 s pass by then."""

_COPIES = 8  # at a time
_CHUNK = 1 << 20
_LONGEST_NAME = 255  # bytes that a disk gives a file's name


def read_tables(place: Place, kind: str | None, engine: Engine) -> tuple[str, Tables]:
    """The kind of the data at `place`, wherever it is, and the native tables.

    kind: the source's name in `SOURCES`; None lets the first that recognises the data read it.

    Raises InputDataError, one line, where the data cannot be reached or used, OutputError where
    there is no room for a copy, and InvalidArgumentError for an unknown kind or a URL that is none.
    """
    if place.scheme not in STORES:
        return _read(place, kind, engine)
    if kind is not None:
        choose(place, kind)  # before anything is copied
    store = Store.at(place.url, "SOURCE")
    root = engine.new_file("-copy").resolve()
    try:
        here = store.copy(root)
        found, tables = _read(here, kind, engine)
    except InputDataError as error:
        raise InputDataError(store.told(str(error), root)) from None
    return found, {
        name: [replace(p, origins=tuple(store.told(o, root) for o in p.origins)) for p in parts]
        for name, parts in tables.items()
    }


def _read(place: Place, kind: str | None, engine: Engine) -> tuple[str, Tables]:
    source = choose(place, kind, engine.sources)
    return source.name, source.tables(place, engine)


@dataclass(frozen=True, slots=True)
class Store(ObjectUrl):
    """Host data in a bucket: what is at a key or under a prefix, or what a glob matches."""

    def told(self, text: str, root: Path) -> str:
        """A text that names copies under `root`, with the names of the objects."""
        return text.replace(str(root), f"s3://{self.bucket}")

    def copy(self, root: Path) -> Place:
        """Copy what is there, and nothing else, to `root`, and say where that is."""
        parts = [part for part in self.key.split("/") if part]
        fixed = list(takewhile(lambda part: not has_magic(part), parts))
        found = [
            each
            for each in self._listed("/".join([self.bucket, *fixed]))
            if _matches(each.path.split("/")[1:], parts)
        ]
        called = f"s3://{self.bucket}/{self.key}"
        if not found:
            raise InputDataError(
                f"{called} is not there, or is empty; see that bucket, prefix and region are right"
            )
        _check_names(found)
        _need_room(sum(each.size or 0 for each in found), root)
        self._copy_all(found, root)
        if parts == fixed:
            return Place(paths=(root.joinpath(*fixed),), called=called)
        return replace(Place.of("/".join([escape(str(root)), *parts])), called=called)

    def _listed(self, base: str) -> list[pafs.FileInfo]:
        """Every object at or under `base`; endings of folders are none."""
        with _reaching(f"s3://{base}"):
            system = self.system(ATTEMPTS)
            info = system.get_file_info(base)
            within = pafs.FileSelector(base, recursive=True, allow_not_found=True)
            listed = info.type == pafs.FileType.Directory
            every = system.get_file_info(within) if listed else [info]
        return [each for each in every if each.type == pafs.FileType.File]

    def _copy_all(self, found: Sequence[pafs.FileInfo], root: Path) -> None:
        """Copy objects, several at a time; the first that fails ends it."""
        system = self.system(ATTEMPTS)
        with ThreadPoolExecutor(_COPIES) as pool:
            copies = [pool.submit(_copy, system, each, _local(each, root)) for each in found]
            try:
                for copy in copies:
                    copy.result()
            finally:
                pool.shutdown(cancel_futures=True)


def _matches(key: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a glob may match an object or a folder that it is in; the disk says in the end."""
    firm = list(takewhile(lambda part: part != "**", pattern))
    return len(key) >= len(firm) and all(map(fnmatchcase, key, firm))


def _check_names(found: Sequence[pafs.FileInfo]) -> None:
    """Raise InputDataError where a key cannot be the name of a file in its folders."""
    every = {each.path for each in found}
    for each in found:
        parts = each.path.split("/")
        odd = any(
            part in {"", ".", ".."} or "\0" in part or len(part.encode()) > _LONGEST_NAME
            for part in parts
        )
        if odd or any("/".join(parts[:end]) in every for end in range(2, len(parts))):
            raise InputDataError(
                f"s3://{shorten(each.path)} cannot be a file on this machine; name what to read "
                "more closely, or give the object another key"
            )


def _local(info: pafs.FileInfo, root: Path) -> Path:
    return root.joinpath(*info.path.split("/")[1:])


def _need_room(size: int, root: Path) -> None:
    free = shutil.disk_usage(root.parent).free - RESERVE
    if size > free:
        raise OutputError(
            f"{size / 1e9:.1f} GB are to be copied, and the disk of --out has room for "
            f"{max(free, 0) / 1e9:.1f} GB; name less of the store, or give --out another disk"
        )


def _copy(system: pafs.S3FileSystem, info: pafs.FileInfo, target: Path) -> None:
    """Copy one object, as it is. Raises InputDataError where it is not what was listed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    copied = 0
    with target.open("wb") as file:
        for chunk in _chunks(system, info):
            file.write(chunk)
            copied += len(chunk)
            if copied > info.size:
                break
    if copied != info.size:
        raise InputDataError(
            f"s3://{info.path} has changed while it was read, or is cut short; try again"
        )


def _chunks(system: pafs.S3FileSystem, info: pafs.FileInfo) -> Iterator[bytes]:
    with (
        _reaching(f"s3://{info.path}"),
        system.open_input_stream(info.path, compression=None) as stream,
    ):
        while chunk := stream.read(_CHUNK):
            yield chunk


@contextmanager
def _reaching(where: str) -> Iterator[None]:
    """Turn what the store or the way there says into one line that names `where`."""
    try:
        yield
    except (OSError, ValueError) as error:
        said = first_line(error)
        raise InputDataError(
            f"{where} cannot be read: {shorten(said, 300)}; {remedy(said)}"
        ) from None
