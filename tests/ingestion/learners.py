"""Exports of a learner store to lay over a host's tables."""

from __future__ import annotations

from pathlib import Path

from recommender.store import LearnerStore
from recommender.store.exporting import export
from tests.store.values import NOW


def exported(folder: Path, *acts) -> Path:
    """What a store holds after each of `acts` wrote to it, exported."""
    store = LearnerStore.open(f"sqlite:///{folder / 'learners.db'}", clock=lambda: NOW)
    for act in acts:
        with store.writing("t") as work:
            act(work)
    export(store, "t", folder / "learners")
    store.close()
    return folder / "learners"
