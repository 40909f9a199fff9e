"""How a run differs from the last one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.commands.nightly.document import Change, Document

PARTS = {"ingest": "snapshot", "train": "model", "export": "export"}
"""Steps whose figures are compared, and how these are called."""


def changes(document: Document, before: Mapping[str, Any] | None) -> list[Change]:
    """Figures that both runs have, in the order of this one; none without a run before."""
    if before is None:
        return []
    now = {step.name: step.facts for step in document.steps}
    old = {step["name"]: step["facts"] for step in before["steps"]}
    there = dict(_figures(old))
    return [
        Change(name=name, now=value, before=there[name])
        for name, value in _figures(now)
        if name in there
    ]


def _figures(facts: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for step, called in PARTS.items():
        yield from _numbers(called, facts.get(step, {}).items())


def _numbers(name: str, items: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, float]]:
    for key, value in items:
        if isinstance(value, Mapping):
            yield from _numbers(f"{name}, {key}", value.items())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{name}, {key}", value
