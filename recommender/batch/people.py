"""Of whom an export is: everyone, or those whose ids stand in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.domain.errors import InputDataError, PersonNotFoundError, shorten
from recommender.pipeline import Pipeline

NAMED = 3
"""Of so many unknown ids an error says where they stand."""


@dataclass(frozen=True, slots=True)
class People:
    """Those whom a file names: the number of the line and the id of each."""

    path: Path
    lines: tuple[tuple[int, str], ...]


def read_people(path: Path, flag: str = "--people") -> People:
    """The ids in a file, one a line.

    Raises InputDataError where it cannot be read as such, or is empty.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputDataError(f"{path} cannot be read as ids, one a line: {error}") from None
    # Only line ends part ids: splitlines() would also cut at what an id may hold, such as U+2028.
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    found = tuple((number, line) for number, line in enumerate(lines, 1) if line)
    if not found:
        raise InputDataError(f"{path} names nobody; write one id a line, or leave {flag} out")
    return People(path, found)


def everyone(pipeline: Pipeline) -> list[int]:
    """Rows of everybody who may be spoken of, in the order of ids."""
    return pipeline.people().tolist()  # type: ignore[no-any-return]


def named(pipeline: Pipeline, people: People) -> list[int]:
    """Rows of those in a file, each once, in the order of ids.

    Raises InputDataError where the model does not know somebody, saying in which lines.
    """
    rows, unknown = {}, []
    for number, person_id in people.lines:
        try:
            rows[person_id.encode()] = pipeline.row(person_id)
        except PersonNotFoundError:
            unknown.append(f"line {number}: {shorten(person_id)!r}")
    if unknown:
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        raise InputDataError(
            f"{people.path} names people who are not in model {pipeline.info.name}: "
            f"{', '.join(unknown[:NAMED])}{more}; take them out, or train on data that has them"
        )
    return [int(rows[name]) for name in sorted(rows)]


def gone(now: Pipeline, before: Pipeline, rows: Sequence[int]) -> list[str]:
    """Ids of those whom an earlier model knew and this one does not. rows: everyone's now."""
    ids = now.model.person_ids
    here = {ids[row] for row in rows}
    old = before.model.person_ids
    return [old[row] for row in everyone(before) if old[row] not in here]
