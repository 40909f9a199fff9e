"""The values of a gate: what is demanded, and what was found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.document import Estimate

REASONS = "reasons"
"""Stands where a task does, for the metrics of reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Numbers that figures are held against, by the metric's name.

    beyond_doubt: whether the interval as a whole must be within the bound; else the value.
    """

    limits: dict[str, float] = field(default_factory=dict)
    beyond_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is demanded, as read from the file at `path`.

    not_worse: metrics that must not be worse than those of the model in force, beyond doubt;
    tolerance: how much worse they may still be, as a share in [0, 1).
    """

    path: Path
    floors: Bounds = Bounds()
    ceilings: Bounds = Bounds()
    not_worse: tuple[str, ...] = ()
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One demand and what came of it.

    measured: the figure, or for the model in force the ratio to its figure; None: there is none.
    """

    name: str
    required: str
    measured: Estimate | None
    passed: bool
    sentence: str


def hint(name: str, valid: Iterable[str]) -> str:
    """The nearest valid name as a question, or the list of all where nothing is near."""
    names = sorted(valid)
    near = difflib.get_close_matches(name[:200], names, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(names)}"
