"""Opens whichever database a place is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.places import Place
from ingestion.sources.sql.database import Database
from ingestion.sources.sql.duck import duck
from ingestion.sources.sql.server import server
from ingestion.sources.sql.urls import SCHEMES, file_scheme, url_of


def is_database(place: Place) -> bool:
    """Whether a place is a database by its URL, or a file that begins like one."""
    return place.scheme in SCHEMES or file_scheme(place) is not None


@contextmanager
def opened(place: Place) -> Iterator[Database]:
    """The database at `place`, at one moment, for reading.

    Raises InputDataError, one line, where there is none or it cannot be read.
    """
    url = url_of(place)
    if url.drivername == "duckdb":
        with duck(url.database or "", place) as file:
            yield file
    else:
        with server(url, place) as other:
            yield other
