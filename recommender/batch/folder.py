"""An export in a folder of this machine.

    PARENT/OUT/                      what readers see
    PARENT/.pln-export-OUT/          an unfinished export: its notes, and in `lists` its parts
    PARENT/.pln-export-OUT.lock      who is at work on it

Once it is whole, `lists` takes the place of OUT in one step. Where OUT is a link, all of this is of
what it leads to, and the link stays.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from recommender.batch.place import PLAN, WORK
from recommender.domain.errors import CorruptVersionError, OutputError
from recommender.domain.locking import hold
from recommender.domain.versions import (
    MANIFEST,
    check_replaceable,
    looked_at,
    manifest_text,
    verify_files,
)
from recommender.domain.writing import fsync, put_back, refused, remove, replace_file, swap_folder


class Folder:
    """A folder as a place for an export. See `place.Place`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.real = Path(os.path.realpath(out))  # what takes the place of a link takes it away
        self.work = self.real.parent / f"{WORK}-{self.real.name}"
        self.lists = self.work / "lists"

    @property
    def name(self) -> str:
        """The path, as it was given."""
        return str(self.out)

    def check(self) -> None:
        """Raises OutputError where OUT is something else."""
        with looked_at(self.out):
            endless = self.real.is_symlink()
        if endless:
            raise OutputError(f"{self.out} is a link that leads to itself; name a folder")
        check_replaceable(self.out, "export")
        check_replaceable(self.real, "export")  # a link is no mount point, but may lead to one

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Raises BusyError where another export to this folder is at work."""
        with hold(self.work.with_name(f"{self.work.name}.lock"), f"export to {self.out}"):
            self._put_back()
            yield

    def begin(self, run: str) -> None:  # noqa: ARG002 - a folder has one run at a time
        """Make what the unfinished export lies in."""
        with _writing(self.out):
            self.lists.mkdir(parents=True, exist_ok=True)
            self.work.chmod(0o700)  # notes name people; `lists` is opened to others when it is out

    def note(self, name: str, content: bytes) -> None:
        """Keep a note beside the parts."""
        with _writing(self.out):
            replace_file(self.work / name, content)

    def notes(self) -> Mapping[str, bytes]:
        """Every file beside the parts."""
        return {
            path.name: path.read_bytes()
            for path in sorted(self.work.glob("[!.]*"))
            if path.is_file()
        }

    @contextmanager
    def making(self) -> Iterator[Path]:
        """Beside the parts, on the same disk, so that a part need only be renamed."""
        with (
            _writing(self.out),
            TemporaryDirectory(prefix=".making-", dir=self.work) as folder,
        ):
            yield Path(folder)

    def keep(self, made: Path) -> None:
        """Flush a part, and rename it to where the others are."""
        with _writing(self.out):
            made.chmod(0o644)
            fsync(made)
            made.replace(self.lists / made.name)
            fsync(self.lists)

    def holds(self, name: str, size: int) -> bool:
        """Whether the file is there, and of that size."""
        path = self.lists / name
        return path.is_file() and path.stat().st_size == size

    def published(self) -> Mapping[str, Any] | None:
        """The manifest in OUT."""
        try:
            found = json.loads((self.real / MANIFEST).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def shows(self, files: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether OUT holds these files; all of it is read, since what is there may be damaged."""
        seen = self.published()
        if seen is None or seen.get("files") != files:
            return False
        try:
            verify_files(self.real, seen)
        except (OSError, CorruptVersionError):
            return False
        return True

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest among the parts, then let them all take the place of OUT."""
        with _writing(self.out):
            for path in self.lists.iterdir():  # of an earlier run that was killed
                if path.name not in manifest["files"]:
                    path.unlink()
            replace_file(self.lists / MANIFEST, manifest_text(manifest).encode())
            check_replaceable(self.out, "export")
            swap_folder(self.lists, self.real)
        self.forget()

    def forget(self) -> None:
        """Remove the notes and parts that are not out."""
        self._put_back()
        remove(self.work / PLAN)
        # Whoever is still at the lists of before finds no manifest, rather than half of its files.
        remove(self.lists / MANIFEST)
        remove(self.work)

    def _put_back(self) -> None:
        """Where no two folders can be swapped, whoever was killed may have left OUT in `work`."""
        with _writing(self.out):
            put_back(self.lists, self.real)


def _writing(out: Path) -> AbstractContextManager[None]:
    """Turn what the disk refuses into one line that names OUT, and says what to do."""
    return refused(out, "what is done so far is kept, so mend that and run the same command again")
