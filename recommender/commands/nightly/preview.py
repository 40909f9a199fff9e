"""What a run would do, without doing any of it."""

from __future__ import annotations

from datetime import datetime

from recommender.commands.nightly.beginning import JOURNAL, stale
from recommender.commands.nightly.inputs import base, shown_source
from recommender.commands.nightly.journal import Entry, Journal, digest
from recommender.commands.nightly.plan import Plan, problems, raise_all
from recommender.commands.nightly.steps import STEPS, Job
from recommender.domain.retention import current


def preview(plan: Plan, now: datetime, *, anew: bool) -> dict[str, object]:
    """From where to where, and which steps. Raises where something stands in the way of a run."""
    raise_all(problems(plan))
    last = Journal.read(plan.work / JOURNAL)
    why = "" if last is None else stale(last, plan, base(plan), now, anew=anew)
    goes_on = last is not None and why is None
    return {
        "source": shown_source(plan),
        "snapshots": plan.snapshots,
        "models": plan.models,
        "model in force": current(plan.models) or "none yet",
        "lists": plan.lists,
        "report": plan.work / "latest" / "report.md",
        "run": f"goes on with {last.run}" if last is not None and goes_on else why or "a new one",
        "steps": _steps(plan, last.steps if last is not None and goes_on else {}),
    }


def _steps(plan: Plan, there: dict[str, Entry]) -> dict[str, str]:
    """What would become of each step; one after a step that is done anew may be, too."""
    job, told = Job(plan, ""), {}
    for step in STEPS:
        why, entry = step.skipped(plan), there.get(step.name)
        if why is not None:
            told[step.name] = f"skipped: {why}"
            continue
        key = digest(step.name, step.settings(plan), job.made)
        if entry is not None and entry.key == key and step.whole(job, entry.made):
            told[step.name] = "is done already"
            job.made[step.name] = entry.made
        else:
            told[step.name] = "would be done"
    return told
