"""What has had its time goes: old snapshots, models and runs, none of them in use."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from recommender.commands.nightly.folders import RUNS, last_done, runs
from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.domain.progress import Progress
from recommender.domain.retention import current, forget, surplus
from recommender.domain.versions import MANIFEST
from recommender.domain.writing import remove


def _work(job: Job, progress: Progress) -> str:
    plan, nightly = job.plan, job.plan.nightly
    progress("removing what is old", 0.0)
    old = surplus(plan.snapshots, nightly.keep_snapshots, _snapshots_in_use(job))
    _each(old, lambda name: _forget_snapshot(plan.snapshots, name))
    job.facts["snapshots removed"] = old
    old = surplus(plan.models, nightly.keep_models, {job.made["train"]})
    _each(old, lambda name: forget(plan.models, name))
    job.facts["models removed"] = old
    old = _old_runs(job)
    _each(old, lambda name: remove(plan.work / RUNS / name))
    job.facts["runs removed"] = len(old)
    progress("removing what is old", 1.0)
    return job.run


def _each(names: list[str], act: Callable[[str], None]) -> None:
    for name in names:
        act(name)


def _snapshots_in_use(job: Job) -> set[str]:
    """The snapshot of the run, and that of the model in force, which a gate may have left so."""
    found = {job.made["ingest"]}
    with suppress(OSError, ValueError, KeyError):
        manifest = job.plan.models / (current(job.plan.models) or "") / MANIFEST
        found.add(json.loads(manifest.read_bytes())["snapshot"])
    return found


def _forget_snapshot(root: Path, name: str) -> None:
    from ingestion.keeping import REPORTS  # noqa: PLC0415  (DuckDB is slow to load)

    forget(root, name)
    remove(root / REPORTS / name)


def _old_runs(job: Job) -> list[str]:
    """Runs beyond those that stay; this one does, and the one that the next is compared with."""
    work, keep = job.plan.work, job.plan.nightly.keep_runs
    done = last_done(work, job.run)
    spared = {job.run, "" if done is None else str(done["run"])}
    return [name for name in runs(work)[:-keep] if name not in spared] if keep else []


def _whole(_job: Job, _made: str) -> bool:
    return False  # done anew: it is quick, and there may be more to remove by now


def _settings(plan: Plan) -> object:
    nightly = plan.nightly
    return nightly.keep_snapshots, nightly.keep_models, nightly.keep_runs


step = Step(name="tidy", work=_work, whole=_whole, settings=_settings)
