"""Kinds of host data, one file each; `SOURCES` is where a new one is entered."""

from __future__ import annotations

from pathlib import Path

from ingestion.sources.base import Part, Source, Tables
from ingestion.sources.folder import NativeFolder
from recommender.domain.errors import InputDataError, InvalidArgumentError

__all__ = ["SOURCES", "Part", "Source", "Tables", "choose"]

SOURCES: dict[str, Source] = {source.name: source for source in (NativeFolder(),)}
"""Every kind of host data by name; the first that recognises a path reads it."""


def choose(path: Path, kind: str | None = None) -> Source:
    """The source that reads `path`: the one called `kind`, or the first to recognise it.

    Raises InvalidArgumentError for an unknown kind, InputDataError where nothing fits.
    """
    if kind is not None:
        if kind not in SOURCES:
            raise InvalidArgumentError("from", f"{kind!r} is not one of {', '.join(SOURCES)}")
        return SOURCES[kind]
    if not path.exists():
        raise InputDataError(f"{path} is not there; give a folder of native tables")
    for source in SOURCES.values():
        if source.recognises(path):
            return source
    if path.is_file():
        raise InputDataError(f"{path} is a file; give the folder that it is in")
    raise InputDataError(
        f"{path} is no kind of data that is known here; known: {', '.join(SOURCES)}"
    )
