"""Everyone's lists, out of the model that is now in force. The one place that calls the export."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step, folder_bytes
from recommender.domain.errors import CorruptVersionError
from recommender.domain.progress import Progress
from recommender.domain.slate import Kind
from recommender.domain.versions import MANIFEST, sha256, verify_files

if TYPE_CHECKING:
    from recommender.pipeline import Pipeline


def _work(job: Job, progress: Progress) -> str:
    from recommender import batch  # noqa: PLC0415  (pyarrow is slow to load)
    from recommender.pipeline import Pipeline  # noqa: PLC0415

    plan, settings = job.plan, job.plan.settings
    pipeline = Pipeline.open(plan.models / job.made["publish"])
    report = batch.export(
        pipeline, plan.lists, settings.export, plan.kinds, settings.dials, None, progress
    )
    manifest = plan.lists / MANIFEST
    job.facts |= {
        "lists": str(plan.lists),
        "model": job.made["publish"],
        "people": report.people,
        "rows": report.rows,
        "people without": _without(pipeline, plan.kinds),
        "parts": report.parts,
        "bytes": folder_bytes(json.loads(manifest.read_bytes())["files"]),
    }
    return sha256(manifest)


def _without(pipeline: Pipeline, kinds: Iterable[Kind]) -> dict[str, int]:
    """People for whom the model knows nobody, by kind of list."""
    import numpy as np  # noqa: PLC0415  (not needed for --help)

    pools = pipeline.model.pools
    return {str(kind): int((np.diff(pools[kind].indptr) == 0).sum()) for kind in kinds}


def _whole(job: Job, made: str) -> bool:
    lists = job.plan.lists
    try:
        if sha256(lists / MANIFEST) != made:
            return False
        verify_files(lists, json.loads((lists / MANIFEST).read_bytes()))
    except (OSError, ValueError, CorruptVersionError):
        return False
    return True


def _settings(plan: Plan) -> object:
    shares = plan.settings.dials.shares()
    return str(plan.lists.absolute()), asdict(plan.settings.export), plan.kinds, shares


step = Step(name="export", work=_work, whole=_whole, settings=_settings)
