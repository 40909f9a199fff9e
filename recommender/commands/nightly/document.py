"""What a run says of itself: the values of its report."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How far a step, or a run, is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    RESUMED = "resumed"
    """Done by the run before it broke off, and found whole."""
    SKIPPED = "skipped"
    """Not asked for."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(slots=True, kw_only=True)
class StepReport:
    """One step: facts are what it made; why, of what was skipped or went wrong."""

    name: str
    state: State = State.WAITING
    seconds: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure, and the same one of the last run that came to its end."""

    name: str
    now: float
    before: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What went wrong, what is in force all the same, and what to do."""

    step: str
    kind: str
    message: str
    serving: str
    remedy: str


@dataclass(slots=True, kw_only=True)
class Document:
    """One run. Peak memory is of the process, and of the ones it started."""

    run: str
    version: str
    started_at: datetime
    outcome: State = State.RUNNING
    ended_at: datetime | None = None
    seconds: float = 0.0
    peak_memory_bytes: int = 0
    source: str = ""
    model_before: str | None = None
    model: str | None = None
    """The model in force when the run ended."""
    notes: list[str] = field(default_factory=list)
    steps: list[StepReport] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    compared_with: str | None = None
    failure: Failure | None = None

    def step(self, name: str) -> StepReport:
        """The step of this name."""
        return next(step for step in self.steps if step.name == name)


def peak_memory() -> int:
    """The most memory that this process or one it started has had at a time, in bytes."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose) * 1024
