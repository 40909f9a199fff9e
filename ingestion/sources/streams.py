"""Files that may be gzipped and archives that may be bombs: read through, but not without end."""

from __future__ import annotations

import errno
import gzip
import io
import itertools
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, BinaryIO, TypeAlias

from ingestion.engine import Engine
from recommender.domain.errors import InputDataError

if TYPE_CHECKING:  # in collections.abc from Python 3.12 on
    from typing_extensions import Buffer

MAX_RATIO = 200
"""How many times its own size a compressed file may hold; text of a host is seldom above 50."""
ALWAYS = 64 << 20
"""Bytes that a compressed file may hold, however small it is."""
_CHUNK = 1 << 16
Bytes: TypeAlias = "io.BufferedReader[Any]"
"""A file that is being read; it can be looked into, and read by lines."""
_HEADER = 1 << 20
"""Most that is read of an archive in one go: longer headers are nobody's."""


@contextmanager
def opened(path: Path, origin: str) -> Iterator[Bytes]:
    """A file's bytes, uncompressed where its name ends in `.gz`.

    Raises InputDataError, which calls the file `origin`, where it cannot be read, is not whole, or
    holds more than MAX_RATIO times its own size.
    """
    with _said(origin), path.open("rb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.open(file) as whole, io.BufferedReader(_Bounded(whole, path, origin)) as stream:
            yield stream


@contextmanager
def _said(origin: str) -> Iterator[None]:
    """Say on one line what is wrong with a file."""
    try:
        yield
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise InputDataError(f"{origin} is not whole ({error}); copy it again") from None
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise InputDataError(f"{origin} is no whole archive ({error}); copy it again") from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise InputDataError(f"{origin} cannot be read: {error.strerror or error}") from None


class _Allowance:
    """How much of a compressed file is still read."""

    def __init__(self, path: Path, origin: str) -> None:
        self._origin = origin
        self._left = max(ALWAYS, MAX_RATIO * path.stat().st_size)

    def use(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise InputDataError(
                f"{self._origin} holds more than {MAX_RATIO} times its own size; unpack it by hand "
                "if that is right"
            )


class _Bounded(io.RawIOBase):
    """A stream that ends in an error where more comes out of it than is allowed."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, path: Path, origin: str) -> None:
        self._stream = stream
        self._allowance = _Allowance(path, origin)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        into = memoryview(buffer)
        chunk = self._stream.read(min(len(into), _CHUNK))
        self._allowance.use(len(chunk))
        into[: len(chunk)] = chunk
        return len(chunk)


@dataclass(slots=True)
class _Tape:
    """A tar file, uncompressed, that is read forwards and in small pieces."""

    stream: BinaryIO | gzip.GzipFile
    allowance: _Allowance
    place: int = 0

    def tell(self) -> int:
        return self.place

    def read(self, size: int) -> bytes:
        if size > _HEADER:
            raise tarfile.ReadError("a header is too long")
        chunk = self.stream.read(size)
        self.allowance.use(len(chunk))
        self.place += len(chunk)
        return chunk

    def seek(self, place: int) -> int:
        while self.place < place and self.read(min(_CHUNK, place - self.place)):
            pass
        return self.place


def is_archive(path: Path) -> bool:
    """Whether a file is called like an archive that `unpacked` reads."""
    return path.name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz")) and path.is_file()


def names(path: Path, most: int) -> Iterator[str]:
    """The names of up to `most` files at the start of an archive, as far as it can be read."""
    try:
        with _said(path.name):
            if path.name.lower().endswith(".zip"):
                with zipfile.ZipFile(path) as archive:
                    yield from archive.namelist()[:most]
            else:
                found = itertools.islice(_members(path, path.name), most)
                yield from (member.name for member, _ in found)
    except InputDataError:
        return


def unpacked(
    path: Path, wanted: Callable[[str], bool], engine: Engine
) -> Iterator[tuple[str, Path]]:
    """The files of an archive whose names are `wanted`, each with where its copy lies.

    A copy is called by the engine, so that no name in the archive leads anywhere. Raises
    InputDataError for an archive that is not whole or holds too much.
    """
    with _said(path.name):
        if path.name.lower().endswith(".zip"):
            yield from _unzipped(path, wanted, engine)
        else:
            yield from _untarred(path, wanted, engine)


def _unzipped(
    path: Path, wanted: Callable[[str], bool], engine: Engine
) -> Iterator[tuple[str, Path]]:
    allowance = _Allowance(path, path.name)
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and wanted(member.filename):
                with _opened_member(archive, member, path.name) as stream:
                    copy = _copied(stream.read, member.filename, allowance, engine)
                yield member.filename, copy


def _opened_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, origin: str) -> IO[bytes]:
    try:
        return archive.open(member)
    except (RuntimeError, NotImplementedError) as error:  # a password, or a way to pack
        raise InputDataError(f"{origin} cannot be unpacked ({error}); pack it anew") from None


def _untarred(
    path: Path, wanted: Callable[[str], bool], engine: Engine
) -> Iterator[tuple[str, Path]]:
    for member, read in _members(path, path.name):
        if wanted(member.name):
            yield member.name, _copied(read, member.name, None, engine)


def _members(path: Path, origin: str) -> Iterator[tuple[tarfile.TarInfo, Callable[[int], bytes]]]:
    """The plain files of a tar file in their order, each with what reads it."""
    packed = path.name.lower().endswith(("gz", "tgz"))
    with path.open("rb") as file, gzip.open(file) if packed else file as stream:
        tape = _Tape(stream, _Allowance(path, origin))
        with tarfile.open(fileobj=tape, mode="r:") as archive:  # type: ignore[call-overload]
            while (member := archive.next()) is not None:
                archive.members = []  # which it would otherwise gather without end
                content = archive.extractfile(member) if member.isreg() else None
                if content is not None:
                    yield member, content.read
        while tape.read(_CHUNK):  # to the end, which tells whether the file is whole
            pass


def _copied(
    read: Callable[[int], bytes], name: str, allowance: _Allowance | None, engine: Engine
) -> Path:
    target = engine.new_file(PurePosixPath(name).suffix)
    with target.open("wb") as copy:
        while chunk := read(_CHUNK):
            if allowance is not None:
                allowance.use(len(chunk))
            copy.write(chunk)
    return target
