"""An export in an object store.

    PREFIX/manifest.json             what readers see; names the parts
    PREFIX/lists-RUN/part-….parquet  the parts of one run
    PREFIX/.pln-export/…             the notes of an unfinished export, and who is at work on it

Nothing can be renamed there, so each run has a folder of its own, and it is the manifest that is
replaced, in one step. The parts of the export before are deleted after that.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pyarrow.fs as pafs

from recommender.batch.place import PLAN, WORK
from recommender.domain.errors import BusyError, OutputError, shorten
from recommender.domain.objects import ObjectUrl, remedy
from recommender.domain.versions import MANIFEST, manifest_text

ATTEMPTS = 10
"""How often the store is asked the same before it counts as out of reach."""
ROUNDS = 5
"""How often all of that is done for one object."""
WAIT_SECONDS = 0.1
"""What is waited before the second round; then twice as long each time."""
STALE = timedelta(minutes=15)
"""A lock that was not renewed for so long is nobody's: its job was killed."""
RENEWED = timedelta(minutes=1)
"""How often a lock is renewed, at most."""
SETTLING_SECONDS = 1.0
"""How long whoever takes a lock waits to see whether somebody else took it at the same time."""

_LOCK = "lock.json"
_PARTS = re.compile(r"lists-[0-9a-f]{8}(?=/)")
"""The folder of a run, at the beginning of a key; `lists-de/…` is somebody's own."""

T = TypeVar("T")


class Bucket:
    """A prefix of a bucket as a place for an export. See `place.Place`."""

    def __init__(self, url: str) -> None:
        self._url = ObjectUrl.at(url, "--out")
        self._system = self._url.system(ATTEMPTS)
        self._base = "/".join(part for part in (self._url.bucket, self._url.key) if part)
        self._work = f"{self._base}/{WORK}"
        self._run = ""
        self._owner = ""
        self._renewed = datetime.min.replace(tzinfo=UTC)

    @property
    def name(self) -> str:
        """The URL, without options."""
        return f"s3://{self._base}"

    def check(self) -> None:
        """Raises OutputError where the bucket is not there, or holds something else there."""
        listed = self._try(lambda: self._listed(self._base))
        names = {info.path.removeprefix(f"{self._base}/") for info in listed}
        others = sorted(name for name in names if not _is_ours(name))
        manifest = self.published()
        if others or (manifest is not None and manifest.get("kind") != "export"):
            other = others or [MANIFEST]
            raise OutputError(
                f"{self.name} holds {shorten(other[0])!r} and is not an export; name another prefix"
            )

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Raises BusyError where another export to this prefix is at work, on any machine."""
        held = self._lock()
        if held is not None:
            raise BusyError(f"another export to {self.name} is at work: {held}")
        self._owner = token_hex(8)
        self._renew()
        time.sleep(SETTLING_SECONDS)
        self._still_ours()
        try:
            yield
        finally:
            self._let_go()

    def begin(self, run: str) -> None:
        """The parts go into a folder of the run's own."""
        self._run = run

    def note(self, name: str, content: bytes) -> None:
        """Keep a note as an object."""
        self._put(f"{self._work}/{name}", content)
        self._still_ours()

    def notes(self) -> Mapping[str, bytes]:
        """Every note that there is."""
        listed = self._try(lambda: self._listed(self._work))
        paths = [info.path for info in listed if not info.path.endswith(f"/{_LOCK}")]
        found = {path.rpartition("/")[2]: self._get(path) for path in paths}
        return {name: content for name, content in found.items() if content is not None}

    def making(self) -> AbstractContextManager[Path]:
        """On this machine; what is made is then copied to the store."""
        return _temporary()

    def keep(self, made: Path) -> None:
        """Copy a part to the store; it is there whole, or not at all."""

        def copy() -> None:
            with made.open("rb") as source, self._system.open_output_stream(path) as target:
                shutil.copyfileobj(source, target, 8 << 20)

        path = f"{self._base}/{self._folder}{made.name}"
        self._try(copy)

    def holds(self, name: str, size: int) -> bool:
        """Whether the object is there, and of that size."""
        path = f"{self._base}/{self._folder}{name}"
        info = self._try(lambda: self._system.get_file_info(path))
        return bool(info.type == pafs.FileType.File and info.size == size)

    def published(self) -> Mapping[str, Any] | None:
        """The manifest that readers see."""
        content = self._get(f"{self._base}/{MANIFEST}")
        try:
            found = None if content is None else json.loads(content)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else None

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Replace the manifest, then delete what is not in it."""
        files = {f"{self._folder}{name}": entry for name, entry in manifest["files"].items()}
        self._still_ours()
        whole = manifest_text({**manifest, "files": files}).encode()
        self._put(f"{self._base}/{MANIFEST}", whole)
        self.forget()

    def forget(self) -> None:
        """Delete the notes, and the parts of all runs but the one that readers see."""
        manifest = self.published() or {}
        kept = {name.partition("/")[0] for name in manifest.get("files", ())}
        listed = self._try(lambda: self._listed(self._base))
        names = [info.path.removeprefix(f"{self._base}/") for info in listed]
        runs = {found[0] for found in map(_PARTS.match, names) if found is not None}
        for folder in sorted(runs - kept):
            self._try(partial(self._system.delete_dir, f"{self._base}/{folder}"))
        notes = [name for name in names if name.startswith(f"{WORK}/")]
        for name in sorted(notes, key=lambda name: name != f"{WORK}/{PLAN}"):  # that one first
            if name != f"{WORK}/{_LOCK}":
                self._try(partial(self._delete, f"{self._base}/{name}"))

    @property
    def _folder(self) -> str:
        return f"lists-{self._run}/"

    def _let_go(self) -> None:
        """Nobody is at work any more; of what was, notes are kept where there are any."""
        if self.notes():
            self._try(partial(self._delete, f"{self._work}/{_LOCK}"))
        else:
            self._try(partial(self._system.delete_dir, self._work))
        self._owner = ""

    def _lock(self) -> str | None:
        """Who is at work, in words; None where nobody is."""
        facts = self._holder()
        if facts is None:
            return None
        since = datetime.fromisoformat(facts["renewed"])
        if datetime.now(UTC) - since > STALE:
            return None
        told = f"process {facts['pid']} on {facts['host']}, last heard of at {facts['renewed']}"
        return shorten(" ".join(told.split()), 200)

    def _holder(self) -> dict[str, Any] | None:
        content = self._get(f"{self._work}/{_LOCK}")
        try:
            facts = json.loads(content or b"")
            return {name: str(facts[name]) for name in ("owner", "pid", "host", "renewed")}
        except (ValueError, TypeError, KeyError):
            return None

    def _renew(self) -> None:
        self._renewed = datetime.now(UTC)
        facts = {
            "owner": self._owner,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "renewed": self._renewed.isoformat(timespec="seconds"),
        }
        self._put(f"{self._work}/{_LOCK}", json.dumps(facts).encode())

    def _still_ours(self) -> None:
        """Raises BusyError where somebody else has taken the lock; else renews it now and then."""
        if not self._owner:  # a process of the job's, which its first one speaks for
            return
        facts = self._holder()
        if facts is not None and facts["owner"] != self._owner:
            raise BusyError(f"another export to {self.name} is at work: {self._lock()}")
        if datetime.now(UTC) - self._renewed > RENEWED:
            self._renew()

    def _listed(self, base: str) -> list[pafs.FileInfo]:
        """Every object under a prefix. Raises OSError where its bucket is not there."""
        if self._system.get_file_info(self._url.bucket).type != pafs.FileType.Directory:
            raise FileNotFoundError(f"there is no bucket {self._url.bucket!r}")
        within = pafs.FileSelector(base, recursive=True, allow_not_found=True)
        found = self._system.get_file_info(within)
        return [each for each in found if each.type == pafs.FileType.File]

    def _put(self, path: str, content: bytes) -> None:
        def put() -> None:
            with self._system.open_output_stream(path) as stream:
                stream.write(content)

        self._try(put)

    def _get(self, path: str) -> bytes | None:
        def get() -> bytes | None:
            try:
                with self._system.open_input_stream(path) as stream:
                    return bytes(stream.read())
            except FileNotFoundError:
                return None

        return self._try(get)

    def _delete(self, path: str) -> None:
        with suppress(FileNotFoundError):
            self._system.delete_file(path)

    def _try(self, act: Callable[[], T]) -> T:
        """Do something with the store, some times over. Raises OutputError where it fails still."""
        for left in range(ROUNDS - 1, -1, -1):
            try:
                return act()
            except OSError as error:
                said = " ".join(str(error).split())
                if not left or isinstance(error, FileNotFoundError) or "ACCESS_DENIED" in said:
                    raise OutputError(
                        f"{self.name} cannot be used: {shorten(said, 300)}; {remedy(said)}"
                    ) from None
                time.sleep(WAIT_SECONDS * 2 ** (ROUNDS - left))
        raise AssertionError("unreachable")


def _is_ours(name: str) -> bool:
    """Whether an export has keys like this one."""
    return name == MANIFEST or name.startswith(f"{WORK}/") or _PARTS.match(name) is not None


@contextmanager
def _temporary() -> Iterator[Path]:
    with TemporaryDirectory(prefix="pln-") as folder:
        yield Path(folder)
