"""What learners decided and did, out of their store, for ingestion: as `pln store export`."""

from __future__ import annotations

from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.commands.options import tenant_of
from recommender.commands.store import open_store
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
    return None if plan.store else "there is no learner store"


step = Step(name="learners", work=_work, whole=_whole, settings=_settings, skipped=_skipped)
