"""Everyone's lists, out of the model that is now in force. The one place that calls the export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from recommender.commands.nightly import target
from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.domain.errors import BusyError, OutputError
from recommender.domain.progress import Progress
from recommender.domain.slate import Kind

if TYPE_CHECKING:
    from recommender.pipeline import Pipeline


def _work(job: Job, progress: Progress) -> str:
    from recommender import batch  # noqa: PLC0415  (pyarrow is slow to load)
    from recommender.pipeline import Pipeline  # noqa: PLC0415

    plan, settings = job.plan, job.plan.settings
    pipeline = Pipeline.open(plan.models / job.made["publish"])
    try:
        report = batch.export(
            pipeline, plan.lists, settings.export, plan.kinds, settings.dials, None, progress
        )
    except BusyError as error:  # not this run's: a scheduler must not take it for done elsewhere
        raise OutputError(str(error)) from None
    job.facts |= {
        "lists": str(plan.lists),
        "model": job.made["publish"],
        "people": report.people,
        "rows": report.rows,
        "people without": _without(pipeline, plan.kinds),
        "parts": report.parts,
        "bytes": target.size(plan),
    }
    return target.made(plan)


def _without(pipeline: Pipeline, kinds: Iterable[Kind]) -> dict[str, int]:
    """People for whom the model knows nobody, by kind of list."""
    import numpy as np  # noqa: PLC0415  (not needed for --help)

    pools = pipeline.model.pools
    return {str(kind): int((np.diff(pools[kind].indptr) == 0).sum()) for kind in kinds}


def _whole(job: Job, made: str) -> bool:
    return target.whole(job.plan, made)


def _settings(plan: Plan) -> object:
    shares = plan.settings.dials.shares()
    return str(plan.lists.absolute()), asdict(plan.settings.export), plan.kinds, shares


step = Step(name="export", work=_work, whole=_whole, settings=_settings)
