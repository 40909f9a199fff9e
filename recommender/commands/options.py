"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from recommender.domain.config import Settings, Stage
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.settings import load_settings
from recommender.domain.slate import LONGEST_SILENCE_DAYS, SHORTEST_SILENCE_DAYS, Kind
from recommender.ranking.stages import PRESETS

SETTINGS_FILE = Path("pln.toml")
"""Read from the working directory where `--config` names no other."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file; without it ./pln.toml, where there is one."),
]
ModelPath = Annotated[
    Path, typer.Option("--model", help="A model, or a folder of models: its current one.")
]
Top = Annotated[int, typer.Option("--top", min=1, max=1000, help="How many people to list.")]
TopOrStage = Annotated[
    int | None,
    typer.Option(
        "--top", min=1, max=1000, help="How many people to list; 10, or what the stage says."
    ),
]
LikeMindedness = Annotated[
    float | None, typer.Option(help="Dial: pull towards people who agree with the learner.")
]
Collaboration = Annotated[
    float | None, typer.Option(help="Dial: pull towards people she could work with.")
]
Diversity = Annotated[
    float | None, typer.Option(help="Dial: pull towards people unlike her present network.")
]


StageOption = Annotated[
    Stage | None,
    typer.Option("--stage", help="Preset of dials, length and list for a stage of networking."),
]


def staged_dials(stage: Stage | None, **flags: float | None) -> dict[str, float | None]:
    """Dials as flags for `settings`: those given by name, then what the stage says of the others.

    >>> staged_dials(Stage.EXPLORE, like_mindedness=None, collaboration=1.0, diversity=None)
    {'dials__like_mindedness': 0.2, 'dials__collaboration': 1.0, 'dials__diversity': 0.5}
    """
    usual = PRESETS[stage].dials if stage else None
    return {
        f"dials__{name}": getattr(usual, name, None) if value is None else value
        for name, value in flags.items()
    }


def staged_length(stage: Stage | None, given: int | None) -> int | None:
    """How long a list is to be: as given, or as the stage says; None where neither says."""
    return PRESETS[stage].length if stage and given is None else given


def staged_kinds(stage: Stage, made: Iterable[Kind]) -> tuple[Kind, ...]:
    """The lists that a stage is about, of those that are made.

    Raises InvalidArgumentError where none of them is.
    """
    kinds, offered = PRESETS[stage].kinds, frozenset(made)
    found = tuple(kind for kind in kinds if kind in offered)
    if not found:
        raise InvalidArgumentError(
            "--stage", f"{stage} is about {', '.join(kinds)}, which is not made; name another list"
        )
    return found


def check_silence(days: float) -> None:
    """Refuse a silence that no model can answer for, or that is no number."""
    if not SHORTEST_SILENCE_DAYS <= days <= LONGEST_SILENCE_DAYS:
        raise InvalidArgumentError(
            "--min-silence-days",
            f"{days:g} is not between {SHORTEST_SILENCE_DAYS:g} and {LONGEST_SILENCE_DAYS:g}",
        )


def tenant_of(known: Sequence[str], name: str | None, field: str = "--tenant") -> str:
    """The tenant of a store that is meant. Raises InvalidArgumentError where there is none such."""
    if name is None and len(known) == 1:
        return known[0]
    if name in known:
        return str(name)
    there = ", ".join(known) or "none"
    what = f"{name!r} is none of" if name else "name one of"
    raise InvalidArgumentError(field, f"{what} the tenants of this store: {there}")


def tenant_in(known: Sequence[str], name: str | None, field: str = "--tenant") -> str | None:
    """The same; None where a store that nobody has used yet has no tenant, and none is named."""
    return None if not known and name is None else tenant_of(known, name, field)


def settings(config: Path | None, **flags: object) -> Settings:
    """The settings in force; `train__seed=1` is the flag for `train.seed`, None one not given."""
    path = config or (SETTINGS_FILE if SETTINGS_FILE.is_file() else None)
    overrides = {name.replace("__", ".", 1): value for name, value in flags.items()}
    return load_settings(path, os.environ, overrides)
