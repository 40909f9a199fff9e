"""`pln recommend` and `pln network`: what the model has for one person."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.commands.console import say, say_json, warn
from recommender.commands.options import (
    AsJson,
    Collaboration,
    ConfigFile,
    Diversity,
    LikeMindedness,
    ModelPath,
    StageOption,
    TopOrStage,
    check_silence,
    settings,
    staged_dials,
    staged_kinds,
    staged_length,
)
from recommender.domain.answer import Recommendation
from recommender.domain.config import Dials, Stage
from recommender.domain.errors import shorten
from recommender.domain.ids import PersonId
from recommender.domain.slate import (
    FACTORS,
    SILENCE_DAYS,
    Aim,
    Direction,
    Goal,
    Kind,
    Query,
)
from recommender.show import network_view, recommendations_view

if TYPE_CHECKING:
    from recommender.pipeline import Pipeline

app = typer.Typer()

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The host platform's id.")]


Goals = Annotated[
    list[str] | None,
    typer.Option(metavar="TOPIC", help="A topic to learn about, for this list; may be repeated."),
]
Offers = Annotated[
    list[str] | None,
    typer.Option(metavar="TOPIC", help="A topic to help with, for this list; may be repeated."),
]
USUAL_TOP = 10
"""People on a list where neither a flag nor a stage says how many."""


class ListKind(StrEnum):
    """Lists that this version makes."""

    PEOPLE = "people"
    REACTIVATION = "reactivation"
    MAINTENANCE = "maintenance"


@app.command(epilog="Example: pln recommend p00002 --model ./models --kind reactivation --top 5")
def recommend(
    *,
    person: Person,
    model: ModelPath,
    kind: Annotated[
        ListKind | None, typer.Option(help="Which list; people, or what the stage is about.")
    ] = None,
    top: TopOrStage = None,
    stage: StageOption = None,
    goal: Goals = None,
    offer: Offers = None,
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
    """List people to meet, ties to pick up again or to take care of, and say why.

    The learner store is not looked at: blocks, dismissals and erasures that servers took since
    count once they are in the model, by pln store export, pln ingest --learners and pln train.
    """
    check_silence(min_silence_days)
    asked = _list_asked_for(kind, stage)
    turned = staged_dials(
        stage, like_mindedness=like_mindedness, collaboration=collaboration, diversity=diversity
    )
    dials = settings(config, **turned).dials
    pipeline = _open(model)
    found = answer(
        pipeline,
        PersonId(person),
        asked,
        dials=dials,
        top=staged_length(stage, top) or USUAL_TOP,
        min_silence_days=min_silence_days,
        goals=_goals(pipeline, goal or (), offer or ()),
    )
    if as_json:
        head = {"person_id": person, "kind": asked, "dials": dials, "model": pipeline.info.name}
        say_json({**head, "recommendations": [recommendation_facts(r) for r in found]})
    else:
        say(recommendations_view(asked, found, dials, pipeline.info))


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
    goals: tuple[Goal, ...] = (),
) -> list[Recommendation]:
    """One person's list. Raises PersonNotFoundError."""
    query = Query(
        askers=[pipeline.row(person)],
        kind=kind,
        dials=dials,
        limit=top,
        min_silence_days=min_silence_days,
        goals=goals,
    )
    return pipeline.answer(query)[0]


def recommendation_facts(found: Recommendation) -> dict[str, object]:
    """A recommendation with its factors by name."""
    facts = {name: getattr(found, name) for name in found.__slots__}
    return facts | {"factors": dict(zip(FACTORS, found.factors, strict=True))}


def _list_asked_for(kind: ListKind | None, stage: Stage | None) -> Kind:
    """The list that is named, or the first that the stage is about."""
    if kind is None and stage is not None:
        return staged_kinds(stage, map(Kind, ListKind))[0]
    return Kind((kind or ListKind.PEOPLE).value)


def _goals(pipeline: Pipeline, learn: Sequence[str], offer: Sequence[str]) -> tuple[Goal, ...]:
    """Goals in topics that the model knows; of others it is said that they count for nothing."""
    goals = []
    for direction, topics in ((Direction.LEARN, learn), (Direction.OFFER, offer)):
        for topic in topics:
            row = pipeline.topic(topic)
            if row is None:
                warn(f"topic {shorten(topic)!r} is not in the model, and counts for nothing")
            else:
                goals.append(Goal(row, Aim(direction)))
    return tuple(goals)


def _open(model: ModelPath) -> Pipeline:
    from recommender.pipeline import Pipeline  # noqa: PLC0415  (scipy is slow to load)

    return Pipeline.open(model)
