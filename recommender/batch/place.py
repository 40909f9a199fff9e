"""Where an export goes: what the folder and the bucket that it may go to have in common.

An export is unfinished until its manifest is there. Until then its parts lie where no reader looks,
beside a plan of what they are parts of, so that whoever begins the same export again finds them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

KIND = ("export", 2)
"""What a manifest says it is of, and the format that this version writes and reads."""

WORK = ".pln-export"
"""Begins the name of what holds an unfinished export, and of nobody else's."""

RUN = re.compile(r"lists-[0-9a-f]{8}(?=/)")
"""The folder of a run in an object store, at the beginning of a key; `lists-de/…` is none."""

PLAN = "plan.json"
"""The note that says what an unfinished export is of. Where it is, all that it needs is there."""


class Place(Protocol):
    """A place for one export. Raises OutputError, one line, where it cannot be used.

    Names of notes are those of small files that an unfinished export keeps for itself.
    """

    @property
    def name(self) -> str:
        """What people know it by; no secret is in it."""
        ...

    def check(self) -> None:
        """Find out whether an export would replace nothing but another one; writes nothing."""
        ...

    def hold(self) -> AbstractContextManager[None]:
        """Have the place alone. Raises BusyError where somebody else has it."""
        ...

    def begin(self, run: str) -> None:
        """Say which run all that follows is of: a short name that says what is exported."""
        ...

    def note(self, name: str, content: bytes) -> None:
        """Keep a note: whole and durable, or not at all."""
        ...

    def notes(self) -> Mapping[str, bytes]:
        """Every note of the unfinished export by its name; none where there is no such export."""
        ...

    def making(self) -> AbstractContextManager[Path]:
        """A folder on this machine to make a part in, which is empty again afterwards."""
        ...

    def keep(self, made: Path) -> None:
        """Take over the part file `made`, durably, under its own name."""
        ...

    def holds(self, name: str, size: int) -> bool:
        """Whether a part of this name and of so many bytes was kept."""
        ...

    def published(self) -> Mapping[str, Any] | None:
        """The manifest of the export that readers see; None where there is none."""
        ...

    def shows(self, files: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether readers see these files and no others, by what is in them.

        files: as in a manifest. Where to publish them again costs next to nothing, it may be no.
        """
        ...

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Have readers see what was kept, all at once, in the place of what they saw before."""
        ...

    def forget(self) -> None:
        """Drop the unfinished export, if there is one; of its notes `PLAN` first.

        Who is killed meanwhile leaves notes that nobody takes for an export to go on with.
        """
        ...
