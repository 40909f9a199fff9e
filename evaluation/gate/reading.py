"""Reading a gate file, every part of it checked."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.gate.base import REASONS, Bounds, Gate, hint
from evaluation.tasks import Task
from recommender.domain.errors import InvalidArgumentError, shorten

FAMILIES = (*map(str, Task), REASONS)
"""What the name of a metric begins with."""


def read_gate(path: Path) -> Gate:
    """Read a gate file.

    Raises InvalidArgumentError, naming the key and the file, where it cannot be read, has a table
    or key that a gate has not, or a value of the wrong type or out of range.
    """
    reader = _Reader(path, _tables(path))
    reader.only({"floors", "ceilings", "current"}, reader.tables, "table")
    current = reader.table("current")
    reader.only({"metrics", "tolerance"}, current, "key of [current]")
    gate = Gate(
        path=path,
        floors=reader.bounds("floors"),
        ceilings=reader.bounds("ceilings"),
        not_worse=reader.metrics(current.get("metrics", [])),
        tolerance=reader.share("current.tolerance", current.get("tolerance", 0.0)),
    )
    if not (gate.floors.limits or gate.ceilings.limits or gate.not_worse):
        raise reader.wrong("gate", "demands nothing; give [floors], [ceilings] or [current]")
    return gate


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidArgumentError(str(path), f"cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InvalidArgumentError(
            str(path), f'is not TOML: {error}; names of metrics stand in quotes: "people.ndcg@10"'
        ) from None
    except RecursionError:
        raise InvalidArgumentError(str(path), "is nested too deeply") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """The tables of a gate file, and how what is wrong with them is told."""

    path: Path
    tables: dict[str, Any]

    def wrong(self, key: str, message: str) -> InvalidArgumentError:
        return InvalidArgumentError(shorten(key), f"{message} (set in {self.path})")

    def only(self, known: set[str], table: Mapping[str, Any], what: str) -> None:
        for key in table:
            if key not in known:
                raise self.wrong(key, f"no such {what}{hint(key, known)}")

    def table(self, name: str) -> dict[str, Any]:
        table = self.tables.get(name, {})
        if not isinstance(table, dict):
            raise self.wrong(name, f"is not a table; write [{name}] on a line of its own")
        return table

    def bounds(self, name: str) -> Bounds:
        table = dict(self.table(name))
        doubt = table.pop("beyond_doubt", False)
        if not isinstance(doubt, bool):
            shown = shorten(repr(doubt))
            raise self.wrong(f"{name}.beyond_doubt", f"{shown} is not true or false")
        limits = {self.metric(key): self.number(key, value) for key, value in table.items()}
        return Bounds(limits=limits, beyond_doubt=doubt)

    def metrics(self, names: object) -> tuple[str, ...]:
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise self.wrong("current.metrics", 'is not a list of names, as ["people.ndcg@10"]')
        return tuple(dict.fromkeys(self.metric(name) for name in names))

    def metric(self, name: str) -> str:
        family, _, metric = name.partition(".")
        if family not in FAMILIES or not metric:
            example = 'the name of a metric in quotes, such as "people.ndcg@10"'
            raise self.wrong(name, f"is not {example}; it begins with {', '.join(FAMILIES)}")
        return name

    def number(self, key: str, value: object) -> float:
        # True is an int to Python, but not a number to whoever wrote it.
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        raise self.wrong(key, f"{shorten(repr(value))} is not a finite number")

    def share(self, key: str, value: object) -> float:
        number = self.number(key, value)
        if not 0 <= number < 1:
            raise self.wrong(key, f"{number:g} is not a share from 0 to below 1")
        return number
