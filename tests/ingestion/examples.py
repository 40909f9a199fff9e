"""For every kind of source, what makes an example of its host's data."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
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
    return lambda folder: Path(shutil.copytree(Path(__file__).parent / "sources" / kind, folder))


discourse_pages = made_up("discourse")
stackexchange = made_up("stackexchange")
zulip = made_up("zulip")

EXAMPLES: dict[str, Callable[[Path], Path]] = {
    "git": git_repository,
    "stackexchange": stackexchange,
    "zulip": zulip,
    "discourse": discourse_pages,
    "activitystreams": made_up("activitystreams"),
    "xapi": made_up("xapi"),
    "folder": native_folder,
}
"""By name of the source: makes an example at a path that is not there yet; returns where it is."""
