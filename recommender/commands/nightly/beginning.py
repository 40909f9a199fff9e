"""Whether a run goes on where the last one broke off, or begins anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from recommender.commands.nightly.folders import RUNS, new_run
from recommender.commands.nightly.inputs import base
from recommender.commands.nightly.journal import Journal
from recommender.commands.nightly.plan import Plan
from recommender.domain.retention import current

JOURNAL = "journal.json"


def begin(plan: Plan, now: datetime, *, anew: bool) -> tuple[Journal, list[str]]:
    """The journal of the run that begins now or goes on, and what is to be said about that.

    A run that came to its end is never gone on with; one that broke off, only where data and
    settings are what they were, and within `nightly.resume_hours` of its start. anew: not even
    then.
    """
    last, wanted = Journal.read(plan.work / JOURNAL), base(plan)
    why = None if last is None else stale(last, plan, wanted, now, anew=anew)
    if last is not None and why is None:
        (plan.work / RUNS / last.run).mkdir(parents=True, exist_ok=True)
        return last, [f"goes on with run {last.run}, which broke off"]
    begun = Journal(
        path=plan.work / JOURNAL,
        run=new_run(plan.work, now),
        started_at=now,
        base=wanted,
        model_before=current(plan.models),
    )
    begun.save()
    return begun, [f"begun anew: {why}"] if why else []


def stale(last: Journal, plan: Plan, wanted: str, now: datetime, *, anew: bool) -> str | None:
    """Why `last` is not gone on with, empty for a run that came to its end; None: it is."""
    if last.finished:
        return ""
    if anew:
        return f"run {last.run} broke off, and --anew was given"
    if last.base != wanted:
        return f"run {last.run} broke off, and data or settings have changed since"
    hours = plan.nightly.resume_hours
    if not timedelta() <= now - last.started_at <= timedelta(hours=hours):
        return f"run {last.run} broke off, and is not of the last {hours:g} hours"
    return None
