"""How far a run came: written after each step, read by the run that goes on where one broke off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from recommender.domain.writing import replace_file

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A step that is done.

    key: digest of all that decides what comes out of it; made: what came out, by a name that is of
    its content; facts: what the report says of it.
    """

    key: str
    made: str
    facts: Mapping[str, Any]
    seconds: float


@dataclass(slots=True, kw_only=True)
class Journal:
    """The steps of one run that are done, on disk as in memory once `save` returns."""

    path: Path
    run: str
    """The name of the run, which is the time of its start."""
    started_at: datetime
    base: str
    """Digest of the host's data and of what says how they are read."""
    model_before: str | None
    """The model that was in force when the run was begun at first."""
    finished: bool = False
    steps: dict[str, Entry] = field(default_factory=dict)

    def save(self) -> None:
        """Write it, durably: whole, or what was there before."""
        document = {
            "format": FORMAT,
            "run": self.run,
            "started_at": self.started_at.isoformat(),
            "base": self.base,
            "model_before": self.model_before,
            "finished": self.finished,
            "steps": {name: asdict(entry) for name, entry in self.steps.items()},
        }
        replace_file(self.path, (json.dumps(document, indent=1) + "\n").encode())

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The journal at `path`; None where there is none that this version can read."""
        try:
            document: Any = json.loads(path.read_bytes())
            if document["format"] != FORMAT:
                return None
            return cls(
                path=path,
                run=str(document["run"]),
                started_at=datetime.fromisoformat(document["started_at"]),
                base=document["base"],
                model_before=document["model_before"],
                finished=bool(document["finished"]),
                steps={name: Entry(**entry) for name, entry in document["steps"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def digest(*values: object) -> str:
    """A digest of values that JSON has, or that `str` tells apart.

    >>> digest("ingest", {"a": 1}) == digest("ingest", {"a": 1}) != digest("ingest", {"a": 2})
    True
    """
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
