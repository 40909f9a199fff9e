"""The JSON files of a Zulip export, in its folder or in the .tar.gz that Zulip packs it into."""

from __future__ import annotations

import gzip
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from recommender.domain.errors import InputDataError

MAX_RATIO = 200
"""How many times as large as packed an export may be; JSON comes to 10 or 20 times."""
_ALWAYS = 1 << 30  # bytes that may be unpacked in any case
_MOST = 64 << 20  # bytes that are asked for at once, and that are looked at to recognise a file
_NAME = re.compile(r"(?:.*/)?(realm|messages-\d+)\.json")


def looks_right(path: Path) -> bool:
    """Whether there is a folder with a realm.json, or an archive that begins as an export does."""
    if path.is_dir():
        return (path / "realm.json").is_file()
    if not path.name.endswith((".tar.gz", ".tgz")) or not path.is_file():
        return False
    try:
        with _Gentle(path) as packed, tarfile.open(fileobj=packed, mode="r:") as archive:
            for member in _members(archive):
                if _NAME.fullmatch(member.name) or member.offset > _MOST:
                    return member.offset <= _MOST
    except (tarfile.TarError, EOFError, zlib.error, OSError, InputDataError):
        pass
    return False


def files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The name of each JSON file with tables in it, and the file, open until the next.

    Raises InputDataError where there is none, or where the archive is damaged or unpacks to more
    than MAX_RATIO times its size.
    """
    found = False
    for name, file in _folder(path) if path.is_dir() else _archive(path):
        found = True
        yield name, file
    if not found:
        raise InputDataError(f"{path} holds no realm.json; give a Zulip export")


def _folder(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    for each in sorted(path.iterdir()):
        if _NAME.fullmatch(each.name) and each.is_file():
            with each.open("rb") as file:
                yield each.name, file


def _archive(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        most = max(_ALWAYS, MAX_RATIO * path.stat().st_size)
        with _Gentle(path) as packed, tarfile.open(fileobj=packed, mode="r:") as archive:
            for member in _members(archive):
                if member.offset_data + member.size > most:
                    raise InputDataError(f"{path} unpacks to far more than an export does")
                file = archive.extractfile(member) if _NAME.fullmatch(member.name) else None
                if file is not None:
                    yield Path(member.name).name, file
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputDataError(f"{path} is no whole .tar.gz file ({error}); copy it again") from None
    except OSError as error:
        raise InputDataError(f"{path} cannot be read: {error.strerror or error}") from None


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The members in their order; the archive would else gather them without end."""
    opened: Any = archive
    while (member := archive.next()) is not None:
        opened.members = []
        yield member


class _Gentle(gzip.GzipFile):
    """A gzip file of which nobody reads very much at once, whatever a header in it says."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _MOST:
            raise InputDataError(f"{self.name} holds no Zulip export")
        return super().read(size)
