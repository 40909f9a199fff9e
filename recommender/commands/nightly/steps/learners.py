"""What learners decided and did, out of their store, for ingestion: as `pln store export`."""

from __future__ import annotations

from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.commands.options import tenant_in, tenant_of
from recommender.commands.store import open_store
from recommender.domain.errors import RecommenderError
from recommender.domain.progress import Progress
from recommender.domain.versions import MANIFEST, sha256


def _work(job: Job, progress: Progress) -> str:
    from recommender.store.exporting import export  # noqa: PLC0415  (pyarrow is slow to load)

    nightly, out = job.plan.nightly, job.plan.learners
    opened = open_store(job.plan.store)
    try:
        tenant = tenant_of(opened.tenants(), nightly.tenant or None, "nightly.tenant")
        done = export(opened, tenant, out, None, progress)
    finally:
        opened.close()
    job.facts |= {"tenant": done.tenant, "changes": done.position, "rows": done.rows}
    job.facts |= {"erased": done.erased}
    return sha256(out / MANIFEST)


def _whole(job: Job, made: str) -> bool:
    try:
        return sha256(job.plan.learners / MANIFEST) == made
    except OSError:
        return False


def _settings(plan: Plan) -> object:
    return plan.store, plan.nightly.tenant


def _skipped(plan: Plan) -> str | None:
    if not plan.store:
        return "there is no learner store"
    try:
        used = _tenant(plan) is not None
    except RecommenderError:  # which the work meets again, and tells
        return None
    return None if used else "nobody has used the learner store yet"


def _tenant(plan: Plan) -> str | None:
    opened = open_store(plan.store)
    try:
        return tenant_in(opened.tenants(), plan.nightly.tenant or None, "nightly.tenant")
    finally:
        opened.close()


step = Step(name="learners", work=_work, whole=_whole, settings=_settings, skipped=_skipped)
