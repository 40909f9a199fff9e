"""The option of commands that one machine or many can do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from recommender.domain.errors import InvalidArgumentError


class Engine(StrEnum):
    """What does the work."""

    LOCAL = "local"
    SPARK = "spark"


EngineOption = Annotated[
    Engine | None, typer.Option("--engine", help="What does it: this machine, or Apache Spark.")
]


def check_master(master: str | None, engine: str | None) -> None:
    """Raise InvalidArgumentError for a master of Spark where it is not asked for."""
    if master and engine != Engine.SPARK:
        raise InvalidArgumentError("--spark-master", "is for --engine spark")
