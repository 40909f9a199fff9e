"""One task over one cutoff or several, and the figures of its systems there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.document import Estimate
from evaluation.doubt import (
    Column,
    Paired,
    compare,
    compare_whole,
    estimates,
    whole_estimate,
)
from evaluation.replicates import Replicates
from evaluation.resamples import Resamples
from evaluation.results import CutoffResult, TaskResult
from evaluation.summary.metrics import is_plain
from evaluation.systems import Family
from evaluation.tasks import Task
from recommender.domain.config import EvaluateConfig

Table = dict[str, dict[str, Estimate]]
"""By system, then by metric."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """One task at some cutoffs together, where m askings came from u people.

    Columns have a value for each asking, float64 [m]: cutoff after cutoff, NaN where a system did
    not run.
    """

    parts: list[TaskResult]
    resamples: Resamples

    @classmethod
    def of(cls, results: Iterable[CutoffResult], task: Task, config: EvaluateConfig) -> Scope:
        """What all `results` say of `task`; those without it are left out."""
        parts = [result.tasks[task] for result in results if task in result.tasks]
        ids = [asker for part in parts for asker in part.askers]
        return cls(parts, Resamples.of(ids, config.resamples, config.seed))

    def systems(self, *families: Family) -> list[str]:
        """The names of all systems of these families, in the order in which they ran."""
        found = {
            name: None
            for part in self.parts
            for name, figures in part.figures.items()
            if figures.family in families
        }
        return list(found)

    def family(self, system: str) -> Family:
        """The family of a system that ran."""
        return next(part.figures[system].family for part in self.parts if system in part.figures)

    def metrics(self, system: str) -> list[str]:
        """The system's metrics of whole lists, those of each asker first."""
        own = [part.figures[system] for part in self.parts if system in part.figures]
        names = [*(n for one in own for n in one.people), *(n for one in own for n in one.whole)]
        return [name for name in dict.fromkeys(names) if is_plain(name)]

    def table(self, systems: Sequence[str]) -> Table:
        """Every metric of whole lists, for each of the systems."""
        cells = [(system, metric) for system in systems for metric in self.metrics(system)]
        found: Table = {system: {} for system in systems}
        for (system, metric), estimate in zip(cells, self.estimates(cells), strict=True):
            found[system][metric] = estimate
        return found

    def estimates(self, cells: Sequence[tuple[str, str]]) -> list[Estimate]:
        """The figure of each system and metric; undefined where nobody measured it."""
        drawn = [cell for cell in cells if not self.has_whole(*cell)]
        found = estimates([self.column(*cell) for cell in drawn], self.resamples)
        own = dict(zip(drawn, found, strict=True))
        return [own[cell] if cell in own else self._whole(*cell) for cell in cells]

    def compare(self, cells: Sequence[tuple[str, str, str]]) -> list[Paired]:
        """The first system against the second on the metric, for each (first, second, metric)."""
        drawn = [(one, other, m) for one, other, m in cells if not self.has_whole(one, m)]
        columns = [(self.column(one, m), self.column(other, m)) for one, other, m in drawn]
        own = dict(zip(drawn, compare(columns, self.resamples), strict=True))
        return [own[cell] if cell in own else self._compare_whole(*cell) for cell in cells]

    def column(self, system: str, metric: str) -> Column:
        """The metric's value for each asking, float64 [m]."""
        return self._joined(
            part.figures[system].people.get(metric) if system in part.figures else None
            for part in self.parts
        )

    def has_whole(self, system: str, metric: str) -> bool:
        """Whether the metric is one of all the system's lists together."""
        return any(metric in p.figures[system].whole for p in self.parts if system in p.figures)

    def group(self, grouping: str) -> NDArray[np.str_]:
        """The group of each asker, m names; "" where askers were not grouped so."""
        names = [part.strata.get(grouping, [""] * len(part.askers)) for part in self.parts]
        return np.array([name for part in names for name in part], np.str_)

    @property
    def answered(self) -> NDArray[np.bool_]:
        """For which askings somebody turned out to be right: bool [m]."""
        return np.concatenate([np.zeros(0, bool), *(part.answers > 0 for part in self.parts)])

    def people(self, where: NDArray[np.bool_]) -> int:
        """How many different people there are behind those askings, bool [m]."""
        return len(np.unique(self.resamples.persons[where]))

    def _whole(self, system: str, metric: str) -> Estimate:
        values = self._replicates(system, metric)
        return whole_estimate(values, self._weights(), self._asked(values))

    def _compare_whole(self, system: str, rival: str, metric: str) -> Paired:
        ours, theirs = self._replicates(system, metric), self._replicates(rival, metric)
        return compare_whole(ours, theirs, self._weights(), self._asked(ours, theirs))

    def _asked(self, *figures: list[Replicates]) -> int:
        """How many different people were asked where each of the figures of all lists is known."""
        known = [all(np.isfinite(one[0]) for one in at) for at in zip(*figures, strict=True)]
        counts = [len(part.askers) for part in self.parts]
        return self.people(np.repeat(np.array(known, bool), counts))

    def _replicates(self, system: str, metric: str) -> list[Replicates]:
        nothing = np.full(1, np.nan)
        return [
            part.figures[system].whole.get(metric, nothing) if system in part.figures else nothing
            for part in self.parts
        ]

    def _weights(self) -> list[float]:
        return [float(len(part.askers)) for part in self.parts]

    def _joined(self, columns: Iterable[Column | None]) -> Column:
        filled = [
            np.full(len(part.askers), np.nan) if column is None else column
            for part, column in zip(self.parts, columns, strict=True)
        ]
        return np.concatenate([np.zeros(0), *filled])
