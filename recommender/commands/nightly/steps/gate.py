"""The gate: whether the new model may be put in force."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from recommender.commands.host import HostData
from recommender.commands.judging import REPORT, Gated
from recommender.commands.nightly.journal import digest
from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.domain.progress import Progress
from recommender.domain.versions import sha256


def _work(job: Job, progress: Progress) -> str:
    from evaluation.gate import read_gate  # noqa: PLC0415  (slow to load)

    plan, nightly = job.plan, job.plan.nightly
    settings = plan.settings
    host = HostData(nightly.source, settings.ingest, nightly.kind or None, settings.source)
    gated = Gated(read_gate(Path(nightly.gate)), host, plan.models, settings)
    try:
        gated.judge(progress)
    finally:
        job.facts |= {
            "model": job.made["train"],
            "demands met": [one.sentence for one in gated.findings if one.passed],
            "demands not met": [one.sentence for one in gated.findings if not one.passed],
            "report": str(plan.models / REPORT / "report.html"),
        }
    return digest(job.made["train"], _settings(plan))


def _whole(_job: Job, _made: str) -> bool:
    return True  # a verdict; there is nothing that could be lost


def _settings(plan: Plan) -> object:
    gate = Path(plan.nightly.gate)
    return sha256(gate), asdict(plan.settings.evaluate), asdict(plan.settings.train)


def _skipped(plan: Plan) -> str | None:
    return None if plan.nightly.gate else "nightly.gate is not set"


step = Step(name="gate", work=_work, whole=_whole, settings=_settings, skipped=_skipped)
