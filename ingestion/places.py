"""Where host data is: on this machine, by path, glob or `file:` URL; or elsewhere, by a URL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from recommender.domain.errors import InputDataError, InvalidArgumentError, shorten

STORES = ("s3",)
"""Schemes of object stores, of which any kind of data that is files may be copied."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/")
_FILE = re.compile(r"file:(?://(?:localhost)?)?(/(?!/)[^?#]*)", re.IGNORECASE)
_PASSWORD = re.compile(r"(//[^/?#@:]*):.*@")
_OPTION = re.compile(r"([?&]\w*passw\w*=)[^&#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one host's data is.

    paths: on this machine; several where a glob found so many. url: of elsewhere; empty for paths.
    called: what people know it by, where `paths` are but a copy.

    >>> str(Place(url="postgresql://reader:secret@db/forum"))
    'postgresql://reader:***@db/forum'
    """

    paths: tuple[Path, ...] = ()
    url: str = ""
    called: str = ""

    @classmethod
    def of(cls, source: str | Path, schemes: Sequence[str] = ()) -> Place:
        """The place that a path, a glob or a URL names.

        schemes: of URLs that some source reads. Raises InvalidArgumentError for any other URL, and
        InputDataError for a path where nothing is.
        """
        text = str(source)
        scheme = _URL.match(text)
        if isinstance(source, Path) or scheme is None or Path(text).exists():
            return cls(paths=_found(text))
        if scheme[1].lower() in schemes:
            return cls(url=text)
        return cls(paths=_found(_path_of(text, schemes)))

    @property
    def scheme(self) -> str:
        """Of the URL, in lower case; empty for paths."""
        return self.url.partition(":")[0].lower()

    @property
    def path(self) -> Path:
        """The only path. Raises InputDataError where there are several, or none."""
        if len(self.paths) != 1:
            what = f"stands for {len(self.paths)} paths" if self.paths else "is not on this machine"
            raise InputDataError(f"{self} {what}; this kind of data is read from one path")
        return self.paths[0]

    @property
    def name(self) -> str:
        """What to call the data for short: its folder, file or database."""
        if self.paths:
            return self.paths[0].resolve().name
        parts = urlsplit(self.url)
        return PurePosixPath(parts.path).name or parts.netloc.rpartition("@")[2]

    def __str__(self) -> str:
        """As the user gave it, without a password."""
        if self.called:
            return self.called
        if self.url:
            return _without_password(self.url)
        return ", ".join(map(str, self.paths))


def _without_password(url: str) -> str:
    """A URL to be shown. All up to the last @ may be a password that holds / or @ itself."""
    return _PASSWORD.sub(r"\1:***@", _OPTION.sub(r"\1***", url))


def _found(text: str) -> tuple[Path, ...]:
    """What is there under a path, or all that a glob matches, in order of names."""
    if Path(text).exists():
        return (Path(text),)
    pattern = Path(text)
    found = sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
    if not found or not has_magic(text):
        raise InputDataError(f"{text} is not there; give the host's data, or see pln sources")
    return tuple(found)


def _path_of(url: str, schemes: Sequence[str]) -> str:
    """The path that a `file:` URL names. Raises InvalidArgumentError for any other URL."""
    found = _FILE.fullmatch(url)
    path = unquote(found[1]) if found else "\0"
    if "\0" in path:
        others = "".join(f", or {each}:" for each in schemes)
        raise InvalidArgumentError(
            "SOURCE",
            f"{shorten(_without_password(url))!r} cannot be read; give a path, or a URL file:///PATH{others}",
        )
    return path
