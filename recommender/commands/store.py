"""`pln store`: look at a learner store, keep it in order, and hand it on to ingestion."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.commands.console import say, say_json, watched
from recommender.commands.data import utc_time
from recommender.commands.facts import facts_table
from recommender.commands.options import AsJson, tenant_of

if TYPE_CHECKING:
    from recommender.store import LearnerStore

store = typer.Typer(
    help="Look at the learner store, keep it in order, export it.", no_args_is_help=True
)

PATIENCE_SECONDS = 600.0
"""How long the database may take for one answer: nobody waits for these jobs."""

Url = Annotated[
    str,
    typer.Option("--store", metavar="URL", help="sqlite:///PATH or postgresql://HOST/DATABASE."),
]


@store.command(epilog="Example: pln store export --store sqlite:///learners.db --out ./learners")
def export(
    url: Url,
    out: Annotated[Path, typer.Option(help="Folder to write; an earlier export is replaced.")],
    tenant: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose part; needed where there are several.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Only events and feedback from then on (UTC, ISO 8601)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write what learners decided and what happened as tables for `pln ingest --learners`."""
    from recommender.store.exporting import export as write  # noqa: PLC0415  (pyarrow is slow to load)

    start = utc_time(since, "--since")
    opened = open_store(url)
    try:
        with watched() as progress:
            done = write(opened, tenant_of(opened.tenants(), tenant), out, _naive(start), progress)
    finally:
        opened.close()
    say_json(done) if as_json else say(facts_table("Learners", done))


@store.command(epilog="Example: pln store show --store sqlite:///learners.db")
def show(url: Url, as_json: AsJson = False) -> None:
    """Say what the store holds, tenant by tenant."""
    opened = open_store(url)
    found: dict[str, object] = {}
    try:
        for name in opened.tenants():
            with opened.contents(name) as contents:
                found[name] = {
                    **contents.counts(),
                    "changes": contents.position(),
                    "last": contents.last_change_at(),
                }
    finally:
        opened.close()
    say_json(found) if as_json else say(*(facts_table(n, facts) for n, facts in found.items()))


@store.command(epilog="Example: pln store migrate --store sqlite:///learners.db")
def migrate(url: Url, as_json: AsJson = False) -> None:
    """Make the tables, or bring older ones up to date; servers do so by themselves."""
    from recommender.store.migrating import HEAD  # noqa: PLC0415

    opened = open_store(url, create=True)
    opened.close()
    done = {"before": opened.before or "none", "now": HEAD}
    say_json(done) if as_json else say(facts_table("Tables", done))


@store.command(epilog="Example: pln store purge --store sqlite:///learners.db")
def purge(
    url: Url,
    before: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Also drop earlier events and feedback (UTC, ISO 8601)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Drop what has had its time, and the last bytes of what was erased; to be run every night."""
    until = _naive(utc_time(before, "--before"))
    opened = open_store(url)
    try:
        done = opened.purge(until)
    finally:
        opened.close()
    say_json(done) if as_json else say(facts_table("Dropped", done))


def open_store(url: str, *, create: bool = False) -> LearnerStore:
    """The store at `url`, for a job that nobody waits for."""
    from recommender.store import LearnerStore  # noqa: PLC0415  (SQLAlchemy is slow to load)

    return LearnerStore.open(url, patience=PATIENCE_SECONDS, create=create)


def _naive(time: datetime | None) -> datetime | None:
    """The same time without its zone, which is UTC, as the domain has it."""
    return None if time is None else time.replace(tzinfo=None)
