"""`pln ingest`, `pln sample`, `pln sources` and `pln snapshot`: from host data to a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from recommender.commands.console import say, say_json, watched
from recommender.commands.facts import facts_table
from recommender.commands.ingesting import (
    AllowBad,
    AllowShrunk,
    DropBots,
    DryRun,
    Memory,
    SparkMaster,
    preview_parts,
    report_parts,
)
from recommender.commands.options import AsJson, ConfigFile, settings
from recommender.domain import versions
from recommender.domain.errors import InvalidArgumentError

app = typer.Typer()
snapshots = typer.Typer(help="Look at snapshots and check them.", no_args_is_help=True)


class Engine(StrEnum):
    """What computes the snapshot."""

    DUCKDB = "duckdb"
    SPARK = "spark"


@app.command(epilog="Example: pln ingest ./tables --out ./snapshots --as-of 2025-03-01")
def ingest(
    *,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="The host's data: a path, a glob or a URL; of native tables it names folders.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of snapshots; made where it is missing.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Ignore what happened then or later (UTC, ISO 8601)."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--from", metavar="KIND", help="Kind of source; see pln sources.")
    ] = None,
    learners: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="What learners decided and did: see pln store export."),
    ] = None,
    dry_run: DryRun = False,
    allow_bad: AllowBad = False,
    allow_shrunk: AllowShrunk = False,
    drop_bots: DropBots = False,
    engine: Annotated[Engine, typer.Option(help="What computes it.")] = Engine.DUCKDB,
    spark_master: SparkMaster = None,
    memory: Memory = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a snapshot of a host's data."""
    if spark_master and engine is not Engine.SPARK:
        raise InvalidArgumentError("--spark-master", "is for --engine spark")
    if out is None and not dry_run:
        raise InvalidArgumentError("--out", "name a folder for snapshots, or look with --dry-run")
    from ingestion import preview, snapshot, trust  # noqa: PLC0415  (DuckDB is slow to load)

    terms = trust.Terms(
        allow_bad=allow_bad, allow_shrunk=allow_shrunk, drop_bots=drop_bots, report=True
    )
    chosen = settings(config, ingest__memory_limit_mb=memory, spark__master=spark_master)
    common: dict[str, Any] = {
        "config": chosen.ingest,
        "sources": chosen.source,
        "as_of": utc_time(as_of, "--as-of"),
        "kind": kind,
        "learners": learners,
        "terms": terms,
        "spark": chosen.spark if engine is Engine.SPARK else None,
    }
    with watched() as progress:
        if out is None or dry_run:
            found = preview.preview(source, root=out, progress=progress, **common)
            say_json(found) if as_json else say(*preview_parts(found))
        else:
            made = snapshot.ingest(source, out, progress=progress, **common)
            say_json(made) if as_json else say(*report_parts(made))


@app.command(epilog="Example: pln sample --people 2000 --out ./tables")
def sample(
    out: Annotated[Path, typer.Option(help="Folder for the tables; empty, or an earlier sample.")],
    people: Annotated[int, typer.Option(min=10, help="How many people it should have.")] = 2000,
    activities: Annotated[float, typer.Option(help="Activities a person, on average.")] = 60.0,
    interactions: Annotated[float, typer.Option(help="Interactions a person, likewise.")] = 20.0,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same community.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Make up a community, as native tables: three years of its life."""
    from ingestion.sample import (  # noqa: PLC0415  (pyarrow is slow to load)
        TABLES,
        Density,
        write_sample,
    )

    density = Density(activities=activities, interactions=interactions)
    with watched() as progress:
        write_sample(out, people, seed, progress, density)
    made = {"out": out, "people": people, "seed": seed, "tables": list(TABLES)}
    say_json(made) if as_json else say(facts_table("Sample", made))


@app.command(epilog="Example: pln sources --json")
def sources(as_json: AsJson = False) -> None:
    """List the kinds of host data that can be ingested."""
    from ingestion.sources import SOURCES  # noqa: PLC0415

    kinds = {name: source.summary for name, source in SOURCES.items()}
    say_json(kinds) if as_json else say(facts_table("Sources", kinds))


@snapshots.command("list", epilog="Example: pln snapshot list ./snapshots")
def list_snapshots(
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="Folder of snapshots.")],
    as_json: AsJson = False,
) -> None:
    """List the snapshots in a folder, by the time they look back from."""
    found = list_versions(root)
    say_json(found) if as_json else say(facts_table("Snapshots", found))


@snapshots.command(epilog="Example: pln snapshot verify ./snapshots")
def verify(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A snapshot, or a folder: its current one.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check every file of a snapshot against its manifest."""
    from ingestion import snapshot  # noqa: PLC0415

    snapshot.verify(path)
    done = {"snapshot": versions.resolve(path), "verified": True}
    say_json(done) if as_json else say(facts_table("Snapshot", done))


def list_versions(root: Path) -> dict[str, object]:
    """What versions a folder has and which is current. Raises VersionNotFoundError for none."""
    current = versions.resolve(root)
    return {"current": current.name, "versions": versions.list_versions(root)}


def utc_time(text: str | None, flag: str) -> datetime | None:
    """A time in UTC from ISO 8601; without a zone it is taken as UTC."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the latter where UTC has no such year
        raise InvalidArgumentError(
            flag, f"{text!r} is not a time; write 2025-03-01 or 2025-03-01T08:30:00Z"
        ) from None
