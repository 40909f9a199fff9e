"""An export in an object store.

    PREFIX/manifest.json             what readers see; names the parts
    PREFIX/lists-RUN/part-….parquet  the parts of one run
    PREFIX/.pln-export/…             the notes of an unfinished export, and who is at work on it

Nothing can be renamed there, so each run has a folder of its own, and it is the manifest that is
replaced, in one step. The parts of the export before are deleted after that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from recommender.batch.lease import Lease
from recommender.batch.objects import Objects
from recommender.batch.place import PLAN, RUN, WORK
from recommender.domain.errors import OutputError, shorten
from recommender.domain.temporary import temporary
from recommender.domain.versions import MANIFEST, manifest_text

SETTLING_SECONDS = 1.0
"""How long whoever takes a lock waits to see whether somebody else took it at the same time."""

_LOCK = "lock.json"


class Bucket:
    """A prefix of a bucket as a place for an export. See `place.Place`."""

    def __init__(self, url: str) -> None:
        self._objects = Objects(url)
        self._lease = Lease(self._objects, f"{WORK}/{_LOCK}")
        self._run = ""

    @property
    def name(self) -> str:
        """The URL, without options."""
        return self._objects.name

    def check(self) -> None:
        """Raises OutputError where the bucket is not there, or holds something else there."""
        others = sorted(name for name in self._objects.sizes() if not _is_ours(name))
        manifest = self.published()
        if others or (manifest is not None and manifest.get("kind") != "export"):
            other = others or [MANIFEST]
            raise OutputError(
                f"{self.name} holds {shorten(other[0])!r} and is not an export; name another prefix"
            )

    def hold(self) -> AbstractContextManager[None]:
        """Raises BusyError where another export to this prefix is at work, on any machine."""
        return self._lease.held(SETTLING_SECONDS)

    def begin(self, run: str) -> None:
        """The parts go into a folder of the run's own."""
        self._run = run

    def note(self, name: str, content: bytes) -> None:
        """Keep a note as an object. Raises BusyError where the place is somebody else's by now."""
        self._lease.check()  # before, or the other's note would be overwritten
        self._objects.put(f"{WORK}/{name}", content)

    def notes(self) -> Mapping[str, bytes]:
        """Every note that there is."""
        names = (name.removeprefix(f"{WORK}/") for name in self._objects.sizes(WORK))
        found = {name: self._objects.get(f"{WORK}/{name}") for name in names if name != _LOCK}
        return {name: content for name, content in found.items() if content is not None}

    def making(self) -> AbstractContextManager[Path]:
        """On this machine; what is made is then copied to the store."""
        return temporary()

    def keep(self, made: Path) -> None:
        """Copy a part to the store; it is there whole, or not at all."""
        self._objects.copy(made, f"{self._folder}{made.name}")

    def holds(self, name: str, size: int) -> bool:
        """Whether the object is there, and of that size."""
        return self._objects.size(f"{self._folder}{name}") == size

    def published(self) -> Mapping[str, Any] | None:
        """The manifest that readers see."""
        content = self._objects.get(MANIFEST)
        try:
            found = None if content is None else json.loads(content)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else None

    def shows(self, files: Mapping[str, Mapping[str, Any]]) -> bool:  # noqa: ARG002 - see there
        """Nobody can tell without reading all of it: parts of a run are where readers find them.

        So to publish them again is to write the manifest again.
        """
        return False

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Replace the manifest, then delete what is not in it."""
        files = {f"{self._folder}{name}": entry for name, entry in manifest["files"].items()}
        self._lease.check()
        self._objects.put(MANIFEST, manifest_text({**manifest, "files": files}).encode())
        self.forget()

    def forget(self) -> None:
        """Delete the notes, and the parts of all runs but the one that readers see.

        Raises BusyError where the place is somebody else's by now, whose these would be.
        """
        self._lease.check()
        manifest = self.published() or {}
        kept = {name.partition("/")[0] for name in manifest.get("files", ())}
        names = self._objects.sizes().keys() - {f"{WORK}/{_LOCK}"}
        runs = {found[0] for found in map(RUN.match, names) if found is not None}
        for folder in sorted(runs - kept):
            self._objects.delete_folder(folder)
        notes = [name for name in names if name.startswith(f"{WORK}/")]
        for name in sorted(notes, key=lambda name: name != f"{WORK}/{PLAN}"):  # that one first
            self._objects.delete(name)

    @property
    def _folder(self) -> str:
        return f"lists-{self._run}/"


def _is_ours(name: str) -> bool:
    """Whether an export has keys like this one."""
    return name == MANIFEST or name.startswith(f"{WORK}/") or RUN.match(name) is not None
