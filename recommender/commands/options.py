"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from recommender.domain.config import Settings
from recommender.domain.settings import load_settings

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
LikeMindedness = Annotated[
    float | None, typer.Option(help="Dial: pull towards people who agree with the learner.")
]
Collaboration = Annotated[
    float | None, typer.Option(help="Dial: pull towards people she could work with.")
]
Diversity = Annotated[
    float | None, typer.Option(help="Dial: pull towards people unlike her present network.")
]


def settings(config: Path | None, **flags: object) -> Settings:
    """The settings in force; `train__seed=1` is the flag for `train.seed`, None one not given."""
    path = config or (SETTINGS_FILE if SETTINGS_FILE.is_file() else None)
    overrides = {name.replace("__", ".", 1): value for name, value in flags.items()}
    return load_settings(path, os.environ, overrides)
