"""The made-up communities that are measured, each made once in a run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pyarrow.parquet as pq

from ingestion.sample import write_sample
from tests.bench.children import Cost, run_step
from tests.bench.widen import widen


@dataclass(frozen=True)
class Community:
    """`people` made-up people, under `folder`, as far through the flow as is asked for.

    as_of: what happened then or later is kept from the snapshot; None keeps nothing.
    costs: what each step of the flow took so far. given: a folder with a model of them that is
    there already; None: it is to be trained.
    """

    folder: Path
    people: int
    as_of: datetime | None = None
    costs: dict[str, Cost] = field(default_factory=dict)
    given: Path | None = None

    @cached_property
    def tables(self) -> Path:
        """Native tables, as Parquet."""
        write_sample(self.folder / "tables", self.people)
        return self.folder / "tables"

    @cached_property
    def rows(self) -> int:
        """Events in the tables."""
        names = ("activities", "interactions")
        return sum(int(pq.read_metadata(self.tables / f"{n}.parquet").num_rows) for n in names)

    @cached_property
    def snapshots(self) -> Path:
        """A folder with the snapshot."""
        until = [self.as_of.isoformat()] if self.as_of else []
        return self._after("ingest", self.tables, "snapshots", *until)

    @cached_property
    def models(self) -> Path:
        """A folder with a model of the snapshot."""
        if self.given is not None:
            return self.given
        return self._after("train", self.snapshots, "models")

    @cached_property
    def two_models(self) -> Path:
        """A folder with two models of the snapshot, which differ in their seeds.

        Of a model that was given the other is itself, published once more.
        """
        shutil.copytree(self.models, self.folder / "two-models")
        if self.given is None:
            run_step("train", self.snapshots, self.folder / "two-models", 1)
        else:
            widen(self.given, self.folder / "two-models", 1)
        return self.folder / "two-models"

    @cached_property
    def lists(self) -> Path:
        """An export of everyone's lists."""
        return self._after("export", self.models, "lists")

    def _after(self, step: str, source: Path, out: str, *more: object) -> Path:
        self.costs[step] = run_step(step, source, self.folder / out, *more)
        return self.folder / out
