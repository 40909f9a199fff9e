"""From a model and decisions to what makes lists; the same in every process of an export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recommender.batch.asked import Asked
from recommender.batch.changes import ChangedLists
from recommender.batch.decisions import Decisions
from recommender.batch.lists import Lists
from recommender.pipeline import Pipeline

Making = Lists | ChangedLists
"""What makes lists: all of them, or those that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What lists are made from.

    model: folder of the version. base: of the one that they must differ from, if any.
    decisions: what learners decided, where a store says.
    """

    model: Path
    asked: Asked
    base: Path | None = None
    decisions: Decisions | None = None

    def open(self) -> Making:
        """Open the models, and have what learners decided count.

        It does not count in what lists are compared with: who keeps what an earlier model gave
        has not heard of it. Raises VersionNotFoundError, CorruptVersionError or
        StoreUnavailableError.
        """
        lists = Lists(self._pipeline(), self.asked)
        return lists if self.base is None else ChangedLists(lists, Pipeline.open(self.base))

    def _pipeline(self) -> Pipeline:
        if self.decisions is None:
            return Pipeline.open(self.model)
        pipeline = Pipeline.open(self.model, self.decisions.mark)
        self.decisions.count_in(pipeline)
        return pipeline
