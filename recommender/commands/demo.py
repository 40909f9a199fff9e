"""`pln demo`: the whole flow on a community made up on the spot, shown for two people."""

from __future__ import annotations

import sys
from os.path import relpath
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.rule import Rule
from rich.text import Text

from recommender.commands.console import say, say_json, watched
from recommender.commands.options import AsJson, ConfigFile, settings
from recommender.commands.people import answer, recommendation_facts
from recommender.domain.config import Settings
from recommender.domain.ids import PersonId
from recommender.domain.progress import Progress
from recommender.domain.slate import Kind
from recommender.show import clean, network_view, recommendations_view

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recommender.pipeline import Pipeline

app = typer.Typer()

LISTS = (Kind.PEOPLE, Kind.REACTIVATION)


@app.command(epilog="Example: pln demo --out ./demo")
def demo(
    *,
    out: Annotated[Path, typer.Option(help="Folder that keeps what is made.")] = Path("demo"),
    people: Annotated[int, typer.Option(min=10, help="How many people it should have.")] = 2000,
    top: Annotated[int, typer.Option(min=1, max=100, help="How many people to list.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same demo.")] = 0,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a community, learn from it, and show two contrasting people their lists."""
    chosen = settings(config, train__seed=seed)
    began = perf_counter()
    with watched() as progress:
        pipeline, persons = build(out, people, seed, chosen, progress)
    seconds = perf_counter() - began
    if as_json:
        say_json(
            {"out": out, "seconds": round(seconds, 1)} | _facts(pipeline, persons, chosen, top)
        )
        return
    say(_opening(pipeline, seconds))
    for person in persons:
        say(*portrait(pipeline, person, chosen, top))
    say(_what_next(out, persons))


def build(
    out: Path, people: int, seed: int, chosen: Settings, progress: Progress
) -> tuple[Pipeline, tuple[PersonId, ...]]:
    """Sample, snapshot and model in the folder `out`; the pipeline, and whom to look at."""
    from ingestion import snapshot  # noqa: PLC0415  (DuckDB is slow to load)
    from ingestion.sample import DEMO_PEOPLE, write_sample  # noqa: PLC0415
    from ingestion.trust import UNJUDGED  # noqa: PLC0415
    from recommender.pipeline import Pipeline  # noqa: PLC0415
    from recommender.train import train  # noqa: PLC0415

    write_sample(out / "tables", people, seed, progress)
    # A demo of fewer people than the one before is no loss of data.
    snapshot.ingest(
        out / "tables", out / "snapshots", chosen.ingest, progress=progress, terms=UNJUDGED
    )
    model = train(
        out / "snapshots", out / "models", chosen.train, progress=progress, spark=chosen.spark
    )
    return Pipeline.open(model), DEMO_PEOPLE


def portrait(
    pipeline: Pipeline, person: PersonId, chosen: Settings, top: int, most: int = 5
) -> list[RenderableType]:
    """One person: the network, whom to get to know, which ties to pick up again.

    top: people on each list; most: ties shown of each layer.
    """
    network = pipeline.network(pipeline.row(person))
    parts: list[RenderableType] = [
        Text(),
        Rule(Text(f"{clean(network.display_name)} ({clean(person)})", style="bold")),
        network_view(network, pipeline.info, most),
    ]
    for kind in LISTS:
        found = answer(pipeline, person, kind, dials=chosen.dials, top=top)
        parts.append(recommendations_view(kind, found, chosen.dials, pipeline.info))
    return parts


def _facts(
    pipeline: Pipeline, persons: tuple[PersonId, ...], chosen: Settings, top: int
) -> dict[str, object]:
    """What `portrait` shows, for machines."""
    shown = [
        {
            "network": pipeline.network(pipeline.row(person)),
            **{
                str(kind): [
                    recommendation_facts(one)
                    for one in answer(pipeline, person, kind, dials=chosen.dials, top=top)
                ]
                for kind in LISTS
            },
        }
        for person in persons
    ]
    return {"model": pipeline.info, "people": shown}


def _opening(pipeline: Pipeline, seconds: float) -> Text:
    info = pipeline.info
    return Text(
        f"\n A community of {info.person_count:,} people, {info.topic_count:,} topics and "
        f"{info.tie_count:,} ties: made up, ingested and learned from in {seconds:.0f} s."
    )


def _what_next(out: Path, persons: tuple[PersonId, ...]) -> Text:
    """Commands to try on the folder that the demo keeps."""
    model = out / "models"
    pln = "pln" if which("pln") else relpath(Path(sys.executable).parent / "pln")
    lines = (
        f"{pln} recommend {persons[0]} --model {model} --diversity 1 --collaboration 0",
        f"{pln} network {persons[1]} --model {model}",
        f"{pln} serve --model {model}",
        f"{pln} export --model {model} --out {out / 'lists'} --top 20",
    )
    text = Text("\n What next\n", style="bold")
    for line in lines:
        text.append(f"   {line}\n", style="not bold cyan")
    return text
