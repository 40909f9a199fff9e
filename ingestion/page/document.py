"""What a report says."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingestion.portrait import Portrait
from ingestion.report import Bot, Problem, TableReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything that a report says."""

    title: str
    """The snapshot's name, or what the data is called where none was published."""
    objection: str | None
    """Why nothing was published; None where it was."""
    source: str
    """The kind of host data."""
    as_of: str
    tables: Mapping[str, TableReport]
    problems: Sequence[Problem]
    portrait: Portrait
    bots: Sequence[Bot]
    bots_dropped: bool
    version: str = field(default_factory=lambda: importlib.metadata.version("pln-recommender"))
