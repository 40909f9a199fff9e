"""`pln export`: everyone's lists as files, and whether such files are whole."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from recommender.commands.console import say, say_json, watched
from recommender.commands.decided import decided, store_beside
from recommender.commands.engines import Engine, EngineOption, check_master
from recommender.commands.facts import facts_table
from recommender.commands.ingesting import SparkMaster
from recommender.commands.options import (
    AsJson,
    Collaboration,
    ConfigFile,
    Diversity,
    LikeMindedness,
    StageOption,
    check_silence,
    settings,
    staged_dials,
    staged_kinds,
    staged_length,
)
from recommender.domain.config import Dials, Settings, Stage
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.slate import SILENCE_DAYS, Context, Kind

T = TypeVar("T")

group = typer.Typer()

OFFERED = tuple(Kind)
"""Lists that this version makes."""


class Format(StrEnum):
    """File formats of an export."""

    PARQUET = "parquet"
    JSONL = "jsonl"
    CSV = "csv"


@group.callback(
    invoke_without_command=True,
    epilog="Example: pln export --model ./models --out ./lists --top 50 --format jsonl",
)
def export(
    *,
    context: typer.Context,
    model: Annotated[
        Path | None, typer.Option(help="A model, or a folder of models: its current one.")
    ] = None,
    out: Annotated[
        str | None, typer.Option(help="Folder for the lists, or s3://BUCKET/PREFIX.")
    ] = None,
    top: Annotated[int | None, typer.Option(help="Recommendations per person and list.")] = None,
    kinds: Annotated[
        str | None,
        typer.Option(help="Lists to make, with commas between; all, or those of the stage."),
    ] = None,
    stage: StageOption = None,
    people: Annotated[
        Path | None, typer.Option(help="File with one person id a line; without it, everyone.")
    ] = None,
    changed_since: Annotated[
        Path | None,
        typer.Option(metavar="MODEL", help="Only lists that differ from those of this model."),
    ] = None,
    form: Annotated[Format | None, typer.Option("--format", help="File format.")] = None,
    like_mindedness: LikeMindedness = None,
    collaboration: Collaboration = None,
    diversity: Diversity = None,
    only: Annotated[
        str, typer.Option("--filter", help="Who may be on lists; see docs/filters.md.")
    ] = "",
    organisation: Annotated[
        str, typer.Option(help="Only people of this organisation on lists.")
    ] = "",
    took_part: Annotated[
        list[str] | None,
        typer.Option(metavar="OBJECT", help="Only people who took part in it; may be repeated."),
    ] = None,
    exclude: Annotated[
        Path | None, typer.Option(help="File with one id a line of people to keep off all lists.")
    ] = None,
    minimum_score: Annotated[
        float | None, typer.Option(help="Leave out whoever has a lower score.")
    ] = None,
    min_silence_days: Annotated[
        float,
        typer.Option(help="For reactivations: shortest silence that counts; at least 30 days."),
    ] = SILENCE_DAYS,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Learner store whose decisions count; without it learners.db beside the models, "
            "where there is one; or none.",
        ),
    ] = None,
    tenant: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose part; needed where there are several.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one per core.")] = None,
    engine: EngineOption = None,
    spark_master: SparkMaster = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Write everyone's lists to files: all of them, or none that anybody sees.

    What learners decided counts as of the start. Begun again after it was killed, it goes on where
    it was. Exit codes: 0 done, 1 failed (run it again), 2 misused, 3 input that cannot be used,
    4 another export to the same place is at work.
    """
    if context.invoked_subcommand is not None:
        return
    check_master(spark_master, engine)
    turned = staged_dials(
        stage, like_mindedness=like_mindedness, collaboration=collaboration, diversity=diversity
    )
    chosen = settings(
        config,
        export__top=staged_length(stage, top),
        export__format=form.value if form else None,
        export__workers=workers,
        serve__store=store,
        spark__master=spark_master,
        **turned,
    )
    check_silence(min_silence_days)
    from recommender import batch  # noqa: PLC0415  (pyarrow is slow to load)
    from recommender.steering import Steering  # noqa: PLC0415

    asked = batch.Asked(
        kinds=_kinds(kinds, stage),
        steering=Steering(dials=_given(chosen, turned), stage=stage),
        expression=_filter(only),
        context=_context(took_part, organisation),
        excluded=_excluded(exclude),
        minimum_score=_finite(minimum_score),
        min_silence_days=min_silence_days,
    ).by(chosen.export)
    wanted = _needed(model, "--model")
    url = store_beside(wanted, chosen.serve)
    with watched() as progress, decided(url, tenant) as said:
        report = batch.export(
            wanted,
            _needed(out, "--out"),
            asked,
            store=said,
            people=people,
            since=changed_since,
            workers=chosen.export.workers,
            spark=chosen.spark if engine is Engine.SPARK else None,
            progress=progress,
        )
    say_json(report) if as_json else say(facts_table("Export", report))


@group.command(epilog="Example: pln export verify ./lists")
def verify(
    place: Annotated[
        str, typer.Argument(metavar="DIR", help="The folder of an export, or s3://BUCKET/PREFIX.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check an export: checksums, columns, counts, and every list."""
    from recommender.batch.verify import verify as check  # noqa: PLC0415  (pyarrow is slow to load)

    with watched() as progress:
        found = check(place, progress)
    say_json(found) if as_json else say(facts_table("Whole", found))


def parse_kinds(text: str, field: str = "--kinds") -> tuple[Kind, ...]:
    """Kinds from "people,reactivation", each once. Raises InvalidArgumentError for others."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in names if name not in OFFERED]
    if wrong or not names:
        shown = wrong[0] if wrong else text
        raise InvalidArgumentError(field, f"{shown!r} is not one of {', '.join(OFFERED)}")
    return tuple(Kind(name) for name in dict.fromkeys(names))


def _kinds(text: str | None, stage: Stage | None) -> tuple[Kind, ...]:
    if text is not None:
        return parse_kinds(text)
    return OFFERED if stage is None else staged_kinds(stage, OFFERED)


def _filter(expression: str) -> str:
    from recommender.expressions import compile_filter  # noqa: PLC0415  (slow to load)

    try:
        compile_filter(expression)
    except InvalidArgumentError as error:  # which names the field of a call
        told = str(error).removeprefix(f"{error.field}: ")
        raise InvalidArgumentError("--filter", told) from None
    return expression.strip()


def _context(took_part: list[str] | None, organisation: str) -> Context | None:
    place = Context(objects=tuple(took_part or ()), organisation=organisation)
    return place if place != Context() else None


def _excluded(file: Path | None) -> tuple[str, ...]:
    """The ids in a file, in order, each once."""
    from recommender.batch.people import read_people  # noqa: PLC0415  (pyarrow is slow to load)

    lines = () if file is None else read_people(file, "--exclude").lines
    return tuple(sorted({person for _, person in lines}))


def _given(chosen: Settings, flags: dict[str, float | None]) -> Dials | None:
    """Dials for everyone; None where nobody named any, so that each learner has her own."""
    named = any(value is not None for value in flags.values()) or chosen.dials != Dials()
    return chosen.dials if named else None


def _finite(score: float | None) -> float:
    if score is not None and not math.isfinite(score):
        raise InvalidArgumentError("--minimum-score", f"{score} is not finite")
    return -math.inf if score is None else score


def _needed(value: T | None, flag: str) -> T:
    if value is None:
        raise InvalidArgumentError(flag, "is missing; see pln export --help")
    return value
