"""Snapshot to model: written among the models, not yet in force."""

from __future__ import annotations

from dataclasses import asdict

from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.domain.errors import RecommenderError
from recommender.domain.progress import Progress


def _work(job: Job, progress: Progress) -> str:
    from recommender import bundle  # noqa: PLC0415  (implicit and faiss are slow to load)
    from recommender.train import train  # noqa: PLC0415

    plan = job.plan
    snapshot = plan.snapshots / job.made["ingest"]
    settings = plan.settings
    folder = train(
        snapshot, plan.models, settings.train, progress, current=False, spark=settings.spark
    )
    info = bundle.read_info(folder)
    job.facts |= {
        "model": folder.name,
        "people": info.person_count,
        "topics": info.topic_count,
        "ties": info.tie_count,
        "candidates": info.candidate_count,
        "bytes": info.bytes,
    }
    return folder.name


def _whole(job: Job, made: str) -> bool:
    from recommender import bundle  # noqa: PLC0415  (implicit and faiss are slow to load)

    try:
        bundle.load(job.plan.models / made)
    except RecommenderError:
        return False
    return True


def _settings(plan: Plan) -> object:
    return str(plan.models.absolute()), asdict(plan.settings.train)


step = Step(name="train", work=_work, whole=_whole, settings=_settings)
