"""The new model comes into force: the one step after which servers answer otherwise."""

from __future__ import annotations

from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.domain.progress import Progress
from recommender.domain.retention import current
from recommender.domain.versions import activate


def _work(job: Job, progress: Progress) -> str:
    from recommender import bundle  # noqa: PLC0415  (implicit and faiss are slow to load)

    models, name = job.plan.models, job.made["train"]
    progress("checking the model", 0.0)
    bundle.load(models / name)  # as a server will; it may have lain there a while
    job.facts |= {"model": name, "before": job.model_before}
    activate(models, name)
    progress("checking the model", 1.0)
    return name


def _whole(job: Job, made: str) -> bool:
    return current(job.plan.models) == made


def _settings(plan: Plan) -> object:
    return str(plan.models.absolute())


step = Step(name="publish", work=_work, whole=_whole, settings=_settings)
