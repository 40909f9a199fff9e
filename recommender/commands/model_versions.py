"""`pln models`: which models there are, what they hold, whether they are whole, which answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from recommender.commands.console import say, say_json
from recommender.commands.data import list_versions
from recommender.commands.facts import facts_table
from recommender.commands.learned import learned_view
from recommender.commands.options import AsJson
from recommender.domain import versions
from recommender.domain.errors import CorruptVersionError

app = typer.Typer(help="List, check and activate models.", no_args_is_help=True)


@app.command("list", epilog="Example: pln models list ./models")
def list_models(
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="Folder of models.")],
    as_json: AsJson = False,
) -> None:
    """List the models in a folder, by the time they look back from, with the people in them."""
    found = list_versions(root)
    listed = {name: _listed(root / name) for name in versions.list_versions(root)}
    if as_json:
        say_json(found | {"models": listed})
        return
    broken = [name for name, one in listed.items() if one is None]
    shown = {name: one for name, one in listed.items() if one is not None}
    refused = {"cannot be read": broken} if broken else {}
    say(facts_table("Models", found | {"versions": shown} | refused))


@dataclass(frozen=True, slots=True)
class _Listed:
    """What tells one model from another."""

    as_of: datetime
    people: int


def _listed(folder: Path) -> _Listed | None:
    """What a model says of itself; None where that cannot be read."""
    from recommender import bundle  # noqa: PLC0415  (implicit and faiss are slow to load)

    try:
        info = bundle.read_info(folder)
    except CorruptVersionError:
        return None
    return _Listed(info.as_of, info.person_count)


@app.command(epilog="Example: pln models show ./models")
def show(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A model, or a folder: its current one.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say what a model holds, and what training learned: ranker, sources, probabilities."""
    from recommender import bundle  # noqa: PLC0415  (implicit and faiss are slow to load)

    folder = versions.resolve(path)
    info, learned = bundle.read_info(folder), bundle.read_learned(folder)
    if as_json:
        say_json({"model": folder, "info": info, "learned": learned})
    else:
        say(facts_table("Model", info), *learned_view(learned))


@app.command(epilog="Example: pln models activate ./models NAME")
def activate(
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="Folder of models.")],
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The model to make current; see pln models list.")
    ],
    as_json: AsJson = False,
) -> None:
    """Make a model the current one, after checking it."""
    from recommender.pipeline import Pipeline  # noqa: PLC0415

    if name in versions.list_versions(root):
        Pipeline.open(root / name)
    versions.activate(root, name)
    done = {"current": name}
    say_json(done) if as_json else say(facts_table("Models", done))


@app.command(epilog="Example: pln models verify ./models")
def verify(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A model, or a folder: its current one.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check every file of a model against its manifest, and ask it its golden queries."""
    from recommender.pipeline import Pipeline  # noqa: PLC0415

    Pipeline.open(path, afresh=True)
    done = {"model": versions.resolve(path), "verified": True}
    say_json(done) if as_json else say(facts_table("Model", done))
