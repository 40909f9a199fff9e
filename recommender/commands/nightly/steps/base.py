"""What a step is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from recommender.commands.nightly.plan import Plan
from recommender.domain.progress import Progress


@dataclass(slots=True)
class Job:
    """A run under way, as its steps see it."""

    plan: Plan
    run: str
    started_at: datetime | None = None
    """When the run was begun at first."""
    model_before: str | None = None
    """The model that was in force then."""
    made: dict[str, str] = field(default_factory=dict)
    """What came out of the steps before, by step: names that are of the content."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the report is to say of the step at work, also where it fails."""


def always(_: Plan) -> str | None:
    """A step that every run has."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a run.

    work: does it, fills `facts`, and returns what it made, by a name that is of the content: to do
    it again after it was done, or half done, comes to the same.
    whole: whether what was made is still there, as it was.
    settings: what, beside the steps before it, decides what comes out.
    skipped: why a run has no such step; None where it has.
    """

    name: str
    work: Callable[[Job, Progress], str]
    whole: Callable[[Job, str], bool]
    settings: Callable[[Plan], object]
    skipped: Callable[[Plan], str | None] = always
