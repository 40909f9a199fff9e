"""Host data to a snapshot. It becomes the current one, which nobody is served from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from recommender.commands.nightly.inputs import base
from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps.base import Job, Step
from recommender.domain.errors import RecommenderError
from recommender.domain.progress import Progress

if TYPE_CHECKING:
    from ingestion.report import IngestReport


def _work(job: Job, progress: Progress) -> str:
    from ingestion import snapshot, trust  # noqa: PLC0415  (DuckDB is slow to load)

    plan, nightly = job.plan, job.plan.nightly
    made = snapshot.ingest(
        nightly.source,
        plan.snapshots,
        plan.settings.ingest,
        kind=nightly.kind or None,
        learners=plan.learners if "learners" in job.made else None,
        progress=progress,
        terms=trust.Terms(
            allow_bad=plan.allow_bad,
            allow_shrunk=plan.allow_shrunk,
            drop_bots=plan.drop_bots,
            report=True,
        ),
        sources=plan.settings.source,
        spark=plan.spark,
    )
    job.facts |= _told(made)
    return made.snapshot.name


def _told(made: IngestReport) -> dict[str, Any]:
    """Counts, and where the report is that has the rest. No person is named."""
    tables = made.tables.items()
    return {
        "snapshot": made.snapshot.name,
        "as of": f"{made.as_of:%Y-%m-%d %H:%M:%S} UTC",
        "people": made.people,
        "topics": made.topics,
        "objects": made.objects,
        "rows kept": {name: table.kept for name, table in tables},
        "rows set aside": {
            f"{name}: {reason}": rows
            for name, table in tables
            for reason, rows in table.quarantined.items()
        },
        "suspected bots": len(made.bots),
        "bytes": sum(file.stat().st_size for file in made.snapshot.iterdir()),
        "report": str(made.report),
    }


def _whole(job: Job, made: str) -> bool:
    from ingestion import snapshot  # noqa: PLC0415  (DuckDB is slow to load)

    try:
        snapshot.verify(job.plan.snapshots / made)
    except RecommenderError:
        return False
    return True


def _settings(plan: Plan) -> object:
    return base(plan), str(plan.snapshots.absolute()), asdict(plan.settings.ingest)


step = Step(name="ingest", work=_work, whole=_whole, settings=_settings)
