"""Whether an export is whole, and holds what its manifest says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from recommender.batch.changes import CHANGED
from recommender.batch.files import file_schema
from recommender.batch.order import Order
from recommender.batch.rows import rows
from recommender.batch.shelf import Shelf
from recommender.batch.stated import check_listed, check_stated, numbered, read_stated
from recommender.domain.errors import CorruptVersionError, shorten
from recommender.domain.progress import Progress, silent
from recommender.domain.versions import MANIFEST


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
    shelf = Shelf.at(out)
    manifest = check_files(out, progress)
    check_stated(shelf, manifest)
    settings, files = manifest["settings"], manifest["files"]
    order = Order(settings["kinds"], settings["top"], manifest["model"])
    parts = numbered(shelf, manifest, "part")
    for number, name in enumerate(parts):
        progress("reading lists", number / len(parts), name)
        with _rows(shelf, name, settings["format"], file_schema(settings["format"])) as found:
            order.follow(found)
    for name in numbered(shelf, manifest, "changed"):
        with _rows(shelf, name, settings["format"], CHANGED) as found:
            for _ in found:
                pass
    _check_counts(shelf, manifest, order)
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
    shelf = Shelf.at(out)
    manifest = read_stated(shelf)
    check_listed(shelf, manifest)
    files = manifest["files"]
    for number, (name, facts) in enumerate(sorted(files.items())):
        progress("checking files", number / len(files), name)
        shelf.check(name, facts)
    return manifest


@contextmanager
def _rows(
    shelf: Shelf, name: str, file_format: str, schema: pa.Schema
) -> Iterator[Iterator[pa.Table]]:
    """The rows of a file; whatever is wrong with them within the block is told of the file."""
    try:
        with shelf.opened(name) as file:
            yield rows(file, file_format, schema)
    except (pa.ArrowException, ValueError, KeyError, TypeError, AttributeError) as error:
        said = shorten(" ".join(str(error).split()), 200)
        raise CorruptVersionError(f"{shelf.name}/{name}: {said}") from None


def _check_counts(shelf: Shelf, manifest: Mapping[str, Any], order: Order) -> None:
    """People without any list are in no file: there may be more of them than are seen."""
    if dict(order.rows) != {kind: count for kind, count in manifest["rows"].items() if count}:
        raise CorruptVersionError(
            f"{shelf.name}: the parts hold {dict(order.rows)} rows, and {MANIFEST} says "
            f"{manifest['rows']}"
        )
    if order.people > manifest["people"]:
        raise CorruptVersionError(
            f"{shelf.name}: the parts hold lists of {order.people} people, and {MANIFEST} says "
            f"that there are {manifest['people']}"
        )
