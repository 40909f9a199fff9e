"""Everyone's lists, out of the model that is now in force. The one place that calls the export."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.commands.decided import decided
from recommender.commands.nightly import target
from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.domain.config import Dials
from recommender.domain.errors import BusyError, OutputError
from recommender.domain.progress import Progress

if TYPE_CHECKING:
    from recommender.batch import Asked


def _work(job: Job, progress: Progress) -> str:
    from recommender import batch  # noqa: PLC0415  (pyarrow is slow to load)

    plan, model = job.plan, job.plan.models / job.made["publish"]
    try:
        with decided(plan.store, plan.nightly.tenant or None, "nightly.tenant") as said:
            report = batch.export(
                model,
                plan.lists,
                _asked(plan),
                store=said,
                workers=plan.settings.export.workers,
                spark=plan.spark,
                not_before=_begun(job),
                progress=progress,
            )
    except BusyError as error:  # not this run's: a scheduler must not take it for done elsewhere
        raise OutputError(str(error)) from None
    job.facts |= {
        "lists": report.out,
        "model": report.model,
        "people": report.people,
        "rows": report.rows,
        "people without": _without(model, plan),
        "parts": report.parts,
        "bytes": report.bytes,
    }
    if report.learners is not None:
        job.facts["decisions"] = report.learners
    return report.run


def _begun(job: Job) -> datetime | None:
    """When the run was: lists of an export begun earlier are as of what was decided by then."""
    return None if job.started_at is None else job.started_at.replace(tzinfo=None)


def _asked(plan: Plan) -> Asked:
    from recommender.batch import Asked  # noqa: PLC0415
    from recommender.steering import Steering  # noqa: PLC0415

    dials = plan.settings.dials
    given = None if dials == Dials() else dials  # where nobody says, each learner has her own
    return Asked(kinds=plan.kinds, steering=Steering(dials=given)).by(plan.settings.export)


def _without(model: Path, plan: Plan) -> dict[str, int]:
    """People for whom the model knows nobody, by kind of list."""
    import numpy as np  # noqa: PLC0415  (not needed for --help)

    from recommender.bundle import load  # noqa: PLC0415

    pools = load(model)[0].pools
    return {str(kind): int((np.diff(pools[kind].indptr) == 0).sum()) for kind in plan.kinds}


def _whole(job: Job, made: str) -> bool:
    return target.whole(job.plan, made)


def _settings(plan: Plan) -> object:
    shares = plan.settings.dials.shares()
    how = asdict(replace(plan.settings.export, workers=0))  # however many make the same
    return plan.lists, how, plan.kinds, shares, plan.store, plan.nightly.tenant


step = Step(name="export", work=_work, whole=_whole, settings=_settings)
