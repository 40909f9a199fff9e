"""What evaluation and gated training share: judging a source, and holding that against a gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from recommender.commands.host import HostData
from recommender.domain.config import EvaluateConfig, Settings
from recommender.domain.progress import Progress
from recommender.domain.versions import CURRENT

if TYPE_CHECKING:
    from evaluation.against import LaterContacts
    from evaluation.document import Document
    from evaluation.gate import Finding, Gate
    from recommender.model import Model

REPORT = "gate-report"
"""Folder beside the models that keeps what the gate was judged by."""


def judge_source(
    host: HostData,
    out: Path,
    chosen: Settings,
    progress: Progress,
    cutoffs: str | None = None,
    model: Path | None = None,
) -> Document:
    """Evaluate the lists made of a host's data, and write the report to `out`.

    cutoffs: as on the command line; model: the model in force, to be judged too.
    """
    from evaluation import replay, run  # noqa: PLC0415  (slow to load)
    from evaluation.cutoffs import parse  # noqa: PLC0415
    from recommender.pipeline import Pipeline  # noqa: PLC0415

    settings = replay.Settings(
        evaluate=chosen.evaluate,
        train=chosen.train,
        spark=chosen.spark,
        current=None if model is None else Pipeline.open(model).model,
    )
    times = [] if cutoffs is None else parse(cutoffs)
    return run.evaluate(host, out, settings, host.name, times, progress)


def later_contacts(host: HostData, since: datetime, config: EvaluateConfig) -> LaterContacts:
    """Who addressed whom in the days after `since` in which lists are judged."""
    from evaluation.against import LaterContacts  # noqa: PLC0415
    from evaluation.history import History  # noqa: PLC0415

    with TemporaryDirectory(prefix="pln-") as folder:
        path = Path(folder) / "history.parquet"
        host.history(path)
        days = max(config.horizon_days, config.return_days)
        persons, contacts, after = History(path).said(since, days)
    return LaterContacts(person_ids=persons, contact_ids=contacts, days=after)


def held_against(gate: Gate, document: Document) -> list[Finding]:
    """What the gate finds of an evaluation."""
    from evaluation.gate import judge_gate  # noqa: PLC0415
    from evaluation.systems import Family  # noqa: PLC0415

    compared = [one for task in document.tasks for one in task.comparisons]
    return judge_gate(gate, document, [one for one in compared if one.rival == Family.CURRENT])


@dataclass(slots=True)
class Gated:
    """Lets a model be published under `models` only where its settings pass the gate.

    They are refitted at earlier times of the host's data; the model in force is judged beside
    them. The report is kept in `models`/`REPORT`, and what the gate found in `findings`.
    """

    gate: Gate
    host: HostData
    models: Path
    chosen: Settings
    findings: list[Finding] = field(default_factory=list)

    def approval(self, progress: Progress) -> Callable[[Model], None]:
        """What training asks before it publishes; raises GateError where the gate stays shut."""
        return lambda _: self.judge(progress)

    def judge(self, progress: Progress) -> None:
        """Hold the settings against the gate. Raises GateError where it stays shut."""
        from evaluation.gate import enforce  # noqa: PLC0415

        current = self.models if (self.models / CURRENT).is_file() else None
        report = self.models / REPORT
        document = judge_source(self.host, report, self.chosen, progress, model=current)
        self.findings = held_against(self.gate, document)
        enforce(self.findings)
