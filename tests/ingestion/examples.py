"""For every kind of source, what makes an example of its host's data."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.ingestion.tables import activity, host, write_host

FIXTURES = Path(__file__).parent / "sources"
"""Small examples in a host's own form, each in a folder by the name of its kind."""


def native_folder(folder: Path) -> Path:
    """A folder with text and Parquet tables, and a column that nobody knows."""
    write_host(folder, host(activities=[activity(mood="high"), activity(person="cyd")]), "csv")
    return write_host(folder, {"people": [{"person_id": "ada"}]}, "parquet")


def git_repository(folder: Path) -> Path:
    """A bare repository, packed, with few files of its own."""
    subprocess.run(["git", "init", "-q", "--bare", "--template=", folder], check=True)
    with (FIXTURES / "git/history.fi").open("rb") as stream:
        subprocess.run(
            ["git", "-C", folder, "-c", "fastimport.unpackLimit=1", "fast-import", "--quiet"],
            stdin=stream,
            check=True,
        )
    subprocess.run(["git", "-C", folder, "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    subprocess.run(["git", "-C", folder, "pack-refs", "--all"], check=True)
    return folder


def made_up(kind: str) -> Callable[[Path], Path]:
    """A copy of the data that is there for the kind's own tests."""
    return lambda folder: Path(shutil.copytree(FIXTURES / kind, folder))


discourse_pages = made_up("discourse")
stackexchange = made_up("stackexchange")
zulip = made_up("zulip")


def native_database(folder: Path) -> Path:
    """A file of SQLite's with native tables."""
    return _sqlite(
        folder,
        "CREATE TABLE activities (person_id TEXT, topic_id TEXT, occurred_at TEXT, verb TEXT, x);"
        "CREATE TABLE interactions (person_id INT, contact_id INT, occurred_at TEXT, verb TEXT);"
        "INSERT INTO activities VALUES ('1', 'maths', '2024-06-01', 'post', 7);"
        "INSERT INTO interactions VALUES (1, 2, '2024-06-01', 'reply')",
    )


def moodle(folder: Path) -> Path:
    """The small Moodle, in SQLite."""
    return _sqlite(folder, (FIXTURES / "moodle" / "moodle.sql").read_text(encoding="utf-8"))


def discourse_database(folder: Path) -> Path:
    """The small Discourse, copied into SQLite."""
    return _sqlite(
        folder, (FIXTURES / "discourse-db" / "discourse.sql").read_text(encoding="utf-8")
    )


def _sqlite(folder: Path, script: str) -> Path:
    folder.mkdir()
    with closing(sqlite3.connect(folder / "host.db")) as connection:
        connection.executescript(script)
    return folder / "host.db"


EXAMPLES: dict[str, Callable[[Path], Path]] = {
    "moodle": moodle,
    "discourse-db": discourse_database,
    "sql": native_database,
    "git": git_repository,
    "stackexchange": stackexchange,
    "zulip": zulip,
    "discourse": discourse_pages,
    "activitystreams": made_up("activitystreams"),
    "xapi": made_up("xapi"),
    "folder": native_folder,
}
"""By name of the source: makes an example at a path that is not there yet; returns where it is."""
