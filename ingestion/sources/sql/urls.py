"""Which database a place is, with what its URL leaves to the environment filled in.

A URL may say `${NAME}` for its user, password, host, database or the value of an option, so that no
password stands on a command line or in a list of processes. What stands for it is never shown.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ingestion.places import Place
from recommender.domain.errors import InputDataError, InvalidArgumentError

DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
"""Schemes that are read, and what speaks to such a database."""
SCHEMES = tuple(DRIVERS)
FILES = ("sqlite", "duckdb")
"""Schemes whose database is a file on this machine."""

_VARIABLE = re.compile(r"\$\{(\w+)\}", re.ASCII)
_MAGIC = {"sqlite": (0, b"SQLite format 3\0"), "duckdb": (8, b"DUCK")}
"""Where such a file says what it is, and how."""


def url_of(place: Place) -> URL:
    """The URL of the database at `place`, which may be a path of a file.

    Raises InputDataError where no database is there, InvalidArgumentError for a URL that cannot be
    one or names a variable that is not set.
    """
    if not place.url:
        scheme = file_scheme(place)
        if scheme is None:
            raise InputDataError(
                f"{place} is no database; give a file of SQLite or DuckDB, or a URL"
            )
        return URL.create(scheme, database=str(place.path))
    try:
        url = _filled(make_url(place.url))
    except (ArgumentError, ValueError):
        raise _wrong(place, "cannot be read; write SCHEME://USER@HOST/DATABASE") from None
    if "@" in (url.host or ""):
        raise _wrong(place, "has several @; write one in a password as %40, or name a variable")
    if not url.database:
        what = "file, as in sqlite:///forum.db" if place.scheme in FILES else "database"
        raise _wrong(place, f"names no database; write which {what}")
    if place.scheme in FILES and not Path(url.database).is_file():
        raise InputDataError(f"{place}: there is no file {url.database}; check the path")
    return url.set(drivername=DRIVERS[place.scheme])


def file_scheme(place: Place) -> str | None:
    """The scheme that fits the file at `place`, by how it begins; None for anything else."""
    if len(place.paths) != 1 or not place.paths[0].is_file():
        return None
    try:
        with place.paths[0].open("rb") as file:
            head = file.read(16)
    except OSError:
        return None
    found = (name for name, (at, magic) in _MAGIC.items() if head[at : at + len(magic)] == magic)
    return next(found, None)


def _filled(url: URL) -> URL:
    """The URL with variables of the environment in the place of their names."""
    options = {
        name: _fill(value) if isinstance(value, str) else tuple(map(_fill, value))
        for name, value in url.query.items()
    }
    return url.set(
        username=_fill(url.username),
        password=_fill(None if url.password is None else str(url.password)),
        host=_fill(url.host),
        database=_fill(url.database),
        query=options,
    )


def _fill(text: str | None) -> str:
    return _VARIABLE.sub(lambda found: _variable(found[1]), text or "")


def _variable(name: str) -> str:
    if name not in os.environ:
        raise InvalidArgumentError(
            "SOURCE", f"the variable {name}, which its URL names, is not set"
        )
    return os.environ[name]


def _wrong(place: Place, what: str) -> InvalidArgumentError:
    return InvalidArgumentError("SOURCE", f"{place} {what}")
