"""`pln recommend` and `pln network`: what the model has for one person."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.commands.console import say, say_json
from recommender.commands.options import (
    AsJson,
    Collaboration,
    ConfigFile,
    Diversity,
    LikeMindedness,
    ModelPath,
    Top,
    settings,
)
from recommender.domain.answer import Recommendation
from recommender.domain.config import Dials
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ids import PersonId
from recommender.domain.slate import (
    FACTORS,
    LONGEST_SILENCE_DAYS,
    SHORTEST_SILENCE_DAYS,
    SILENCE_DAYS,
    Kind,
    Query,
)
from recommender.show import network_view, recommendations_view

if TYPE_CHECKING:
    from recommender.pipeline import Pipeline

app = typer.Typer()

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The host platform's id.")]


class ListKind(StrEnum):
    """Lists that this version makes."""

    PEOPLE = "people"
    REACTIVATION = "reactivation"


@app.command(epilog="Example: pln recommend p00002 --model ./models --kind reactivation --top 5")
def recommend(
    *,
    person: Person,
    model: ModelPath,
    kind: Annotated[ListKind, typer.Option(help="Which list.")] = ListKind.PEOPLE,
    top: Top = 10,
    like_mindedness: LikeMindedness = None,
    collaboration: Collaboration = None,
    diversity: Diversity = None,
    min_silence_days: Annotated[
        float,
        typer.Option(help="For reactivations: shortest silence that counts; at least 30 days."),
    ] = SILENCE_DAYS,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List people to meet, or ties to pick up again, and say why."""
    _check_silence(min_silence_days)
    dials = settings(
        config,
        dials__like_mindedness=like_mindedness,
        dials__collaboration=collaboration,
        dials__diversity=diversity,
    ).dials
    pipeline = _open(model)
    found = answer(
        pipeline,
        PersonId(person),
        Kind(kind.value),
        dials=dials,
        top=top,
        min_silence_days=min_silence_days,
    )
    if as_json:
        head = {"person_id": person, "kind": kind, "dials": dials, "model": pipeline.info.name}
        say_json({**head, "recommendations": [recommendation_facts(r) for r in found]})
    else:
        say(recommendations_view(Kind(kind.value), found, dials, pipeline.info))


@app.command(epilog="Example: pln network p00002 --model ./models")
def network(person: Person, model: ModelPath, as_json: AsJson = False) -> None:
    """Show somebody's present network: ties by layer, dormant ones, what it lacks."""
    pipeline = _open(model)
    found = pipeline.network(pipeline.row(PersonId(person)))
    if as_json:
        say_json({"model": pipeline.info.name, "network": found})
    else:
        say(network_view(found, pipeline.info))


def answer(
    pipeline: Pipeline,
    person: PersonId,
    kind: Kind,
    *,
    dials: Dials,
    top: int,
    min_silence_days: float = SILENCE_DAYS,
) -> list[Recommendation]:
    """One person's list. Raises PersonNotFoundError."""
    query = Query(
        askers=[pipeline.row(person)],
        kind=kind,
        dials=dials,
        limit=top,
        min_silence_days=min_silence_days,
    )
    return pipeline.answer(query)[0]


def recommendation_facts(found: Recommendation) -> dict[str, object]:
    """A recommendation with its factors by name."""
    facts = {name: getattr(found, name) for name in found.__slots__}
    return facts | {"factors": dict(zip(FACTORS, found.factors, strict=True))}


def _check_silence(days: float) -> None:
    """Refuse a silence that no model can answer for, or that is no number."""
    if not SHORTEST_SILENCE_DAYS <= days <= LONGEST_SILENCE_DAYS:
        raise InvalidArgumentError(
            "--min-silence-days",
            f"{days:g} is not between {SHORTEST_SILENCE_DAYS:g} and {LONGEST_SILENCE_DAYS:g}",
        )


def _open(model: ModelPath) -> Pipeline:
    from recommender.pipeline import Pipeline  # noqa: PLC0415  (scipy is slow to load)

    return Pipeline.open(model)
