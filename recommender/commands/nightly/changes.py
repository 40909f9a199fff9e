"""How a run differs from the last one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.commands.nightly.document import Change, Document

PARTS = {"ingest": "snapshot", "train": "model", "export": "export"}
"""Steps whose figures are compared, and how these are called."""


def changes(document: Document, before: Mapping[str, Any] | None) -> list[Change]:
    """The figures of steps that both runs have done; one that only one of them has is 0 elsewhere.

    None without a run before.
    """
    if before is None:
        return []
    now = {step.name: step.facts for step in document.steps}
    old = {step["name"]: step["facts"] for step in before["steps"]}
    found = []
    for step, called in PARTS.items():
        if now.get(step) and old.get(step):
            here, there = (dict(_numbers(called, facts[step].items())) for facts in (now, old))
            found += [
                Change(name=name, now=here.get(name, 0), before=there.get(name, 0))
                for name in {**here, **there}
            ]
    return found


def _numbers(name: str, items: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, float]]:
    for key, value in items:
        if isinstance(value, Mapping):
            yield from _numbers(f"{name}, {key}", value.items())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{name}, {key}", value
