"""What the user says to a nightly run, and what is said back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recommender.commands.console import say, say_json, watched
from recommender.commands.facts import facts_table
from recommender.commands.ingesting import AllowBad, AllowShrunk, DropBots
from recommender.commands.options import AsJson, ConfigFile, settings

if TYPE_CHECKING:
    from recommender.commands.nightly.document import Document
    from recommender.commands.nightly.plan import Plan

app = typer.Typer()


@app.command(epilog="Example: pln nightly --config pln.toml")
def nightly(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Do not go on with a run that broke off.")
    ] = False,
    allow_bad: AllowBad = False,
    allow_shrunk: AllowShrunk = False,
    drop_bots: DropBots = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring host data into models and lists: ingest, train, gate, publish, export.

    Where a step fails, the model and the lists in force stay so. Started again, a run that broke
    off goes on where it was. What it needs to know stands under [nightly] in the settings.
    """
    from recommender.commands.nightly.plan import plan_of  # noqa: PLC0415  (not needed for --help)

    plan = plan_of(
        settings(config), allow_bad=allow_bad, allow_shrunk=allow_shrunk, drop_bots=drop_bots
    )
    if dry_run:
        from recommender.commands.nightly.preview import preview  # noqa: PLC0415

        told = preview(plan, datetime.now(UTC), anew=anew)
        say_json(told) if as_json else say(facts_table("Dry run: nothing was done", told))
        return
    _run(plan, anew=anew, as_json=as_json)


def _run(plan: Plan, *, anew: bool, as_json: bool) -> None:
    """Run it, and say what came of it: as JSON also where it failed."""
    from recommender.commands.nightly.run import Night  # noqa: PLC0415  (structlog is slow to load)

    with watched() as progress:
        night = Night(plan, progress, anew=anew)
        try:
            document = night.run()
        finally:
            if as_json and night.document is not None:
                say_json(night.document)
    if not as_json:
        say(facts_table("Nightly run", _summary(plan, document)))


def _summary(plan: Plan, document: Document) -> dict[str, Any]:
    """What to know at once; the rest is in the report."""
    from recommender.commands.nightly.page import duration  # noqa: PLC0415

    return {
        "run": document.run,
        "steps": {step.name: step.state.value for step in document.steps},
        "took": duration(document.seconds),
        "model": document.model,
        "lists": plan.lists,
        "report": plan.work / "latest" / "report.md",
    }
