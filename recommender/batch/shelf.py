"""Where the files of an export are read from; what cannot be read is named on one line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.fs as pafs

from recommender.batch.objects import ATTEMPTS, persist
from recommender.batch.patient import PatientFile
from recommender.domain.errors import CorruptVersionError, InvalidArgumentError, shorten
from recommender.domain.objects import SCHEME, ObjectUrl, remedy
from recommender.domain.versions import MANIFEST

_CHUNK = 8 << 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder, or a prefix of an object store. name: what people know it by."""

    name: str
    system: pafs.FileSystem
    base: str

    @classmethod
    def at(cls, out: str) -> Shelf:
        """The place at a path or an `s3://` URL. Raises InvalidArgumentError where none is."""
        if out.lower().startswith(f"{SCHEME}://"):
            url = ObjectUrl.at(out, "DIR")
            base = "/".join(part for part in (url.bucket, url.key) if part)
            return cls(f"{SCHEME}://{base}", url.system(ATTEMPTS), base)
        if not Path(out).is_dir():
            raise InvalidArgumentError("DIR", f"{out} is no folder; name that of an export")
        return cls(out, pafs.LocalFileSystem(), str(Path(out).absolute()))

    @property
    def is_store(self) -> bool:
        """Whether it is in an object store, where parts of unfinished exports lie beside others."""
        return self.name.startswith(f"{SCHEME}://")

    @contextmanager
    def opened(self, name: str) -> Iterator[pa.NativeFile]:
        """A file, to be read within the block. Raises CorruptVersionError where it cannot be."""
        with (
            self._reading(f"{self.name}/{name}"),
            self._asked(partial(self.system.open_input_file, f"{self.base}/{name}")) as file,
        ):
            yield pa.PythonFile(PatientFile(file), "r") if self.is_store else file

    def names(self) -> set[str]:
        """Of all files that readers may take for parts. Raises CorruptVersionError."""
        within = pafs.FileSelector(self.base, recursive=True)
        with self._reading(self.name):
            infos = self._asked(partial(self.system.get_file_info, within))
        paths = (each.path for each in infos if each.type == pafs.FileType.File)
        found = (path.removeprefix(f"{self.base}/") for path in paths)
        return {name for name in found if not any(p.startswith(".") for p in name.split("/"))}

    def check(self, name: str, facts: Mapping[str, Any]) -> None:
        """Hold a file against what the manifest says of it. Raises CorruptVersionError."""
        digest, size = hashlib.sha256(), 0
        with self.opened(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
        if size != facts["bytes"]:
            raise CorruptVersionError(
                f"{self.name}/{name} has {size} bytes, {MANIFEST} says {facts['bytes']}"
            )
        if digest.hexdigest() != facts["sha256"]:
            raise CorruptVersionError(
                f"{self.name}/{name} has changed: its sha256 is not that of {MANIFEST}"
            )

    def _asked(self, act: Callable[[], T]) -> T:
        """What the place answers; a store is asked again where it is busy."""
        return persist(act) if self.is_store else act()

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise CorruptVersionError(f"{what} is missing") from None
        except OSError as error:  # as pyarrow also calls content that it cannot make sense of
            said = " ".join(str(error).split())
            then = f"; {remedy(said)}" if self.is_store else ""
            raise CorruptVersionError(
                f"{what} cannot be read: {shorten(said, 300)}{then}"
            ) from None
