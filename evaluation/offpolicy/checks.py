"""What a feedback log must satisfy, and what to do where it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evaluation.offpolicy.files import REQUIRED, Origin
from recommender.domain.errors import InputDataError

PLACES = 1000
"""The lowest place there is; no list is longer."""

Columns = dict[str, pa.ChunkedArray]

Rule = tuple[Callable[[NDArray[np.float64]], NDArray[np.bool_]], str]

RULES: dict[str, Rule] = {
    "position": (
        lambda v: (v >= 1) & (v <= PLACES),
        f"count places from 1, to {PLACES:,} at most",
    ),
    "propensity": (
        lambda v: (v > 0) & (v <= 1),
        "write the chance that this contact had here, above 0; 1 where nothing was drawn",
    ),
    "reward": (np.isfinite, "write a finite number, such as 1 for accepted and 0 for not"),
    "target_propensity": (
        lambda v: (v >= 0) & (v <= 1),
        "write the chance, from 0 to 1, that the ranking to be judged shows this contact here",
    ),
}
"""What a column's numbers must satisfy (NaN satisfies nothing), and the remedy."""


def numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """As floats; NaN where missing."""
    return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)


def check_columns(columns: Columns, path: Path) -> None:
    """All that is needed is there, and one target at most. Raises InputDataError."""
    for name in REQUIRED:
        if name not in columns:
            raise InputDataError(
                f"{path} has no column {name!r} with values; a feedback log needs "
                f"{', '.join(REQUIRED)}"
            )
    if {"target_propensity", "target_contact_id"} <= columns.keys():
        raise InputDataError(
            f"{path} has both target_propensity and target_contact_id, which may disagree; leave "
            "one of them out"
        )


def check_values(columns: Columns, origin: Origin) -> None:
    """Every value is there and in its range. Raises InputDataError."""
    for name, column in columns.items():
        # Where the target shows nobody, it has nobody to name.
        if name != "target_contact_id":
            _check(name, column, origin)


def _check(name: str, column: pa.ChunkedArray, origin: Origin) -> None:
    if name in RULES:
        holds, remedy = RULES[name]
        bad = ~holds(numbers(column))
    else:
        bad, remedy = column.is_null().to_numpy(), "write it in every row"
    if bad.any():
        row = int(bad.argmax())
        value = column[row].as_py()
        what = "is missing" if value is None else f"is {value!r}"
        raise InputDataError(f"{origin.of(row)}: {name} {what}; {remedy}")


def check_answers(
    answers: list[str],
    answer: NDArray[np.int32],
    person: NDArray[np.int32],
    position: NDArray[np.int32],
    origin: Origin,
) -> None:
    """An answer has one person, and every place once. Raises InputDataError."""
    _, first = np.unique(answer, return_index=True)
    strange = person != person[first][answer]
    if strange.any():
        row = int(strange.argmax())
        raise InputDataError(
            f"{origin.of(row)}: answer_id {answers[answer[row]]!r} has another person_id than in "
            f"{origin.of(int(first[answer[row]]))}; an answer is given to one person"
        )
    _, first, inverse = np.unique(
        answer.astype(np.int64) * (PLACES + 1) + position, return_index=True, return_inverse=True
    )
    again = first[inverse] != np.arange(len(answer))
    if again.any():
        row = int(again.argmax())
        raise InputDataError(
            f"{origin.of(row)}: answer_id {answers[answer[row]]!r} has position {position[row]} "
            f"already in {origin.of(int(first[inverse[row]]))}; log every place of an answer once, "
            "with what came of it in the end"
        )
