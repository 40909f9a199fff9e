"""Objects under a prefix of a bucket: each is written whole or not at all, and asked for again."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

import pyarrow.fs as pafs

from recommender.domain.errors import OutputError, shorten
from recommender.domain.interrupts import heard_later
from recommender.domain.objects import ObjectUrl, remedy

ATTEMPTS = 10
"""How often the store is asked the same before it counts as out of reach."""
ROUNDS = 5
"""How often all of that is done for one object."""
WAIT_SECONDS = 0.1
"""What is waited before the second round; then twice as long each time."""
CHUNK_BYTES = 8 << 20
"""How much of a file is sent at a time."""

T = TypeVar("T")


class Objects:
    """What lies under the prefix that an `s3://` URL names.

    Names are those behind the prefix. Raises OutputError, one line, where the store does not do
    what it is asked for.
    """

    def __init__(self, url: str) -> None:
        self._url = ObjectUrl.at(url, "--out")
        self._system = self._url.system(ATTEMPTS)
        self._base = "/".join(part for part in (self._url.bucket, self._url.key) if part)

    @property
    def name(self) -> str:
        """The URL, without options."""
        return f"s3://{self._base}"

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Bytes of every object under the prefix, or in one folder of it, by its name."""
        return self._try(partial(self._sizes, folder))

    def size(self, name: str) -> int | None:
        """Bytes of an object; None where there is none."""
        info = self._try(lambda: self._system.get_file_info(self._path(name)))
        return int(info.size) if info.type == pafs.FileType.File else None

    def get(self, name: str) -> bytes | None:
        """An object's content; None where there is none."""

        def get() -> bytes | None:
            try:
                with self._system.open_input_stream(self._path(name)) as stream:
                    return bytes(stream.read())
            except FileNotFoundError:
                return None

        return self._try(get)

    def put(self, name: str, content: bytes) -> None:
        """Write an object: whole, or not at all."""
        self._put(name, lambda: io.BytesIO(content))

    def copy(self, source: Path, name: str) -> None:
        """Write a file of this machine as an object: whole, or not at all."""
        self._put(name, lambda: source.open("rb"))

    def delete(self, name: str) -> None:
        """Delete an object, if it is there."""

        def delete() -> None:
            with suppress(FileNotFoundError):
                self._system.delete_file(self._path(name))

        self._try(delete)

    def delete_folder(self, name: str) -> None:
        """Delete a folder, with all that is in it."""
        self._try(lambda: self._system.delete_dir(self._path(name)))

    def _path(self, name: str) -> str:
        return f"{self._base}/{name}"

    def _sizes(self, folder: str) -> dict[str, int]:
        """As `sizes`. Raises OSError where the bucket is not there."""
        if self._system.get_file_info(self._url.bucket).type != pafs.FileType.Directory:
            raise FileNotFoundError(f"there is no bucket {self._url.bucket!r}")
        base = self._path(folder) if folder else self._base
        within = pafs.FileSelector(base, recursive=True, allow_not_found=True)
        found = self._system.get_file_info(within)
        begin = len(self._path(""))
        return {each.path[begin:]: each.size for each in found if each.type == pafs.FileType.File}

    def _put(self, name: str, opened: Callable[[], BinaryIO]) -> None:
        def put() -> None:
            # A stream that is left by an exception is closed too, which publishes the half that was
            # written.
            with (
                heard_later(),
                opened() as source,
                self._system.open_output_stream(self._path(name)) as target,
            ):
                shutil.copyfileobj(source, target, CHUNK_BYTES)

        self._try(put)

    def _try(self, act: Callable[[], T]) -> T:
        """Do something with the store, some times over. Raises OutputError where it fails still."""
        try:
            return persist(act)
        except OSError as error:
            said = " ".join(str(error).split())
            raise OutputError(
                f"{self.name} cannot be used: {shorten(said, 300)}; {remedy(said)}"
            ) from None


def persist(act: Callable[[], T]) -> T:
    """Do something with a store, some times over. Raises OSError where it fails still.

    At once where the store says that something is not there, or may not be done.
    """
    for done in range(1, ROUNDS + 1):
        try:
            return act()
        except FileNotFoundError:
            raise
        except OSError as error:
            if done == ROUNDS or "ACCESS_DENIED" in str(error):
                raise
            time.sleep(WAIT_SECONDS * 2 ** (done - 1))
    raise AssertionError("unreachable")
