"""The steps of a run, in the order in which they are done."""

from __future__ import annotations

from recommender.commands.nightly.steps import export, gate, ingest, learners, publish, tidy, train
from recommender.commands.nightly.steps.base import Job, Step

__all__ = ["STEPS", "Job", "Step"]

STEPS: tuple[Step, ...] = (
    learners.step,
    ingest.step,
    train.step,
    gate.step,
    publish.step,
    export.step,
    tidy.step,
)
