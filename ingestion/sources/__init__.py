"""Kinds of host data, one file each; `SOURCES` is where a new one is entered."""

from __future__ import annotations

from pathlib import Path

from ingestion.places import STORES, Place
from ingestion.sources.activitystreams import ActivityStreams
from ingestion.sources.base import Part, Source, Tables
from ingestion.sources.discourse import DiscoursePages
from ingestion.sources.discourse_db import DiscourseDatabase
from ingestion.sources.folder import NativeFolder
from ingestion.sources.git import GitHistory
from ingestion.sources.moodle import Moodle
from ingestion.sources.sql.native import SqlDatabase
from ingestion.sources.stackexchange import StackExchange
from ingestion.sources.xapi import Xapi
from ingestion.sources.zulip import Zulip
from recommender.domain.config import SourceConfig
from recommender.domain.errors import InputDataError, InvalidArgumentError, shorten

__all__ = ["SOURCES", "Part", "Source", "Tables", "choose", "place_of"]

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Moodle(),
        DiscourseDatabase(),
        SqlDatabase(),
        GitHistory(),
        StackExchange(),
        Zulip(),
        DiscoursePages(),
        ActivityStreams(),
        Xapi(),
        NativeFolder(),
    )
}
"""Every kind of host data by name; the first that recognises a place reads it."""


def place_of(source: str | Path) -> Place:
    """Where the host data is that a path, a glob or a URL names.

    Raises InvalidArgumentError for a URL of a kind that is not read, and InputDataError for a path
    where nothing is.
    """
    own = (scheme for each in SOURCES.values() for scheme in each.schemes)
    return Place.of(source, list(dict.fromkeys((*STORES, *own))))


def choose(place: Place, kind: str | None = None, sources: SourceConfig | None = None) -> Source:
    """The source that reads what is at `place`: the one called `kind`, or the first to know it.

    sources: settings, whose queries are what is to be read of a database, whatever it holds.
    Raises InvalidArgumentError for an unknown kind, InputDataError where nothing fits.
    """
    if kind is not None:
        if kind not in SOURCES:
            raise InvalidArgumentError("from", f"{kind!r} is not one of {', '.join(SOURCES)}")
        return SOURCES[kind]
    if sources and sources.sql and SOURCES["sql"].recognises(place):
        return SOURCES["sql"]
    for source in SOURCES.values():
        if source.recognises(place):
            return source
    raise InputDataError(
        f"{shorten(str(place))} is no kind of data that is known here (known: "
        f"{', '.join(SOURCES)}); of native tables name the folder, or a glob of folders; else see "
        "pln sources, and name one with --from"
    )
