"""Whether an export is whole, and holds what its manifest says."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from recommender.batch.files import file_schema
from recommender.batch.order import COLUMNS, DisorderError, Order
from recommender.batch.place import KIND
from recommender.domain.errors import CorruptVersionError, InvalidArgumentError, shorten
from recommender.domain.objects import SCHEME, ObjectUrl, remedy
from recommender.domain.progress import Progress, silent
from recommender.domain.versions import MANIFEST

ATTEMPTS = 5
_CHUNK = 8 << 20
_LINES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """An export that is whole: what its manifest says of it."""

    out: str
    model: str
    people: int
    rows: dict[str, int]
    files: int
    bytes: int


def verify(out: str, progress: Progress = silent) -> Verified:
    """Check every file and row of the export at `out`, a folder or an `s3://` URL.

    Checksums, columns, counts, the order of rows, ranks without gaps, nobody twice on a list or on
    her own. Raises CorruptVersionError naming the file and what is wrong with it.
    """
    shelf = _Shelf.at(out)
    manifest = check_files(out, progress)
    files: Mapping[str, Any] = manifest["files"]
    settings = manifest["settings"]
    order = Order(settings["kinds"], settings["top"], manifest["model"])
    for number, name in enumerate(sorted(files)):
        progress("reading lists", number / len(files), name)
        if name.rpartition("/")[2].startswith("part-"):
            _follow(order, shelf, name, settings["format"])
    if dict(order.rows) != {kind: count for kind, count in manifest["rows"].items() if count}:
        raise CorruptVersionError(
            f"{shelf.name}: the parts hold {dict(order.rows)} rows, and {MANIFEST} says "
            f"{manifest['rows']}"
        )
    progress("reading lists", 1.0)
    return Verified(
        out=shelf.name,
        model=manifest["model"],
        people=manifest["people"],
        rows=manifest["rows"],
        files=len(files),
        bytes=sum(facts["bytes"] for facts in files.values()),
    )


def check_files(out: str, progress: Progress = silent) -> dict[str, Any]:
    """The part of `verify` that does not look into files; returns the manifest."""
    shelf = _Shelf.at(out)
    manifest = _manifest(shelf)
    files = manifest["files"]
    _check_listed(shelf, files)
    for number, (name, facts) in enumerate(sorted(files.items())):
        progress("checking files", number / len(files), name)
        shelf.check(name, facts)
    return manifest


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where an export is read from."""

    name: str
    system: pafs.FileSystem
    base: str

    @classmethod
    def at(cls, out: str) -> _Shelf:
        if out.lower().startswith(f"{SCHEME}://"):
            url = ObjectUrl.at(out, "DIR")
            base = "/".join(part for part in (url.bucket, url.key) if part)
            return cls(f"{SCHEME}://{base}", url.system(ATTEMPTS), base)
        if not Path(out).is_dir():
            raise InvalidArgumentError("DIR", f"{out} is no folder; name that of an export")
        return cls(out, pafs.LocalFileSystem(), str(Path(out).absolute()))

    def open(self, name: str) -> pa.NativeFile:
        try:
            return self.system.open_input_file(f"{self.base}/{name}")
        except FileNotFoundError:
            raise CorruptVersionError(f"{self.name}/{name} is missing") from None
        except OSError as error:
            said = " ".join(str(error).split())
            raise CorruptVersionError(
                f"{self.name}/{name} cannot be read: {shorten(said, 300)}; {remedy(said)}"
            ) from None

    def names(self) -> set[str]:
        """Of all files that readers may take for parts."""
        within = pafs.FileSelector(self.base, recursive=True)
        found = (each.path.removeprefix(f"{self.base}/") for each in self._files(within))
        return {name for name in found if not any(p.startswith(".") for p in name.split("/"))}

    def _files(self, within: pafs.FileSelector) -> list[pafs.FileInfo]:
        found = self.system.get_file_info(within)
        return [each for each in found if each.type == pafs.FileType.File]

    def check(self, name: str, facts: Mapping[str, Any]) -> None:
        digest, size = hashlib.sha256(), 0
        with self.open(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
        if size != facts["bytes"]:
            raise CorruptVersionError(
                f"{self.name}/{name} has {size} bytes, {MANIFEST} says {facts['bytes']}"
            )
        if digest.hexdigest() != facts["sha256"]:
            raise CorruptVersionError(
                f"{self.name}/{name} has changed: its sha256 is not that of {MANIFEST}"
            )


def _manifest(shelf: _Shelf) -> dict[str, Any]:
    """The manifest, with all that is needed to hold the files against it."""
    with shelf.open(MANIFEST) as file:
        content = file.read()
    try:
        found = json.loads(content)
        kind, format_version = found["kind"], found["format"]
        if (kind, format_version) != KIND:
            raise CorruptVersionError(
                f"{shelf.name} holds {kind!r} of format {format_version!r}; this version reads "
                f"{KIND[0]!r} of format {KIND[1]}"
            )
        schema, rows, files = found["schema"], found["rows"], found["files"]
        whole = isinstance(rows, dict) and isinstance(files, dict) and isinstance(schema, list)
        whole &= all({"bytes", "sha256"} <= facts.keys() for facts in files.values())
        whole &= {"kinds", "top", "format"} <= found["settings"].keys() and "run" in found
        whole &= isinstance(found["model"], str) and isinstance(found["people"], int)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorruptVersionError(
            f"{shelf.name}/{MANIFEST} is none of an export: {error!r}"
        ) from None
    if not whole:
        raise CorruptVersionError(f"{shelf.name}/{MANIFEST} is not whole; export again")
    return dict(found)


def _check_listed(shelf: _Shelf, files: Mapping[str, Any]) -> None:
    for name in sorted((shelf.names() - {MANIFEST}) ^ files.keys()):
        state = "is missing" if name in files else f"is not in {MANIFEST}"
        raise CorruptVersionError(f"{shelf.name}/{name} {state}")


def _follow(order: Order, shelf: _Shelf, name: str, file_format: str) -> None:
    try:
        order.follow(_batches(shelf, name, file_format))
    except (pa.ArrowException, ValueError, KeyError) as error:
        said = shorten(" ".join(str(error).split()), 200)
        raise CorruptVersionError(f"{shelf.name}/{name}: {said}") from None


def _batches(shelf: _Shelf, name: str, file_format: str) -> Iterator[pa.Table]:
    """The columns that are checked, some rows at a time."""
    schema = file_schema(file_format)
    checked = pa.schema([schema.field(column) for column in COLUMNS])
    with shelf.open(name) as file:
        if file_format == "parquet":
            parquet = pq.ParquetFile(file)
            if not parquet.schema_arrow.equals(schema):
                raise DisorderError("its columns are not those of an export")
            batches = parquet.iter_batches(columns=list(COLUMNS))
            yield from (pa.Table.from_batches([each]) for each in batches)
        elif file_format == "csv":
            convert = pa_csv.ConvertOptions(
                include_columns=list(COLUMNS),
                column_types=dict(zip(COLUMNS, checked.types, strict=True)),
            )
            read = pa_csv.open_csv(file, convert_options=convert)
            yield from (pa.Table.from_batches([each]) for each in read)
        else:
            lines = iter(io.TextIOWrapper(file, "utf-8", newline="\n"))
            while some := list(islice(lines, _LINES)):
                yield pa.Table.from_pylist(list(map(json.loads, some)), checked)
