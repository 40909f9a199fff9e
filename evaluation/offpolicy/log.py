"""A feedback log: what was shown to whom, with which probability, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evaluation.offpolicy.checks import check_answers, check_columns, check_values, numbers
from evaluation.offpolicy.files import read_files

UNSEEN, NOBODY = -1, -2
"""A contact whom the log never shows, and none at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """m places that were shown, in columns.

    people, contacts: ids, which `person` and `contact` point into.
    person: int32 [m], who was shown the place; people are independent of one another, their places
    are not. contact: int32 [m], who was shown.
    position: int32 [m] in [1, 1000]. propensity: float64 [m] in (0, 1], chance with which this
    contact was shown at this place; 1 where nothing was drawn. reward: float64 [m], finite.
    occurred_at: int64 [m], microseconds since 1970, UTC. target_propensity: float64 [m] in
    [0, 1], chance with which a ranking to be judged shows it there. target_contact: int32 [m],
    whom such a ranking shows there, `UNSEEN` or `NOBODY`. The last three are None where the log
    does not say.
    """

    people: list[str]
    contacts: list[str]
    person: NDArray[np.int32]
    contact: NDArray[np.int32]
    position: NDArray[np.int32]
    propensity: NDArray[np.float64]
    reward: NDArray[np.float64]
    occurred_at: NDArray[np.int64] | None = None
    target_propensity: NDArray[np.float64] | None = None
    target_contact: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.reward)


def read_log(path: Path) -> Log:
    """Read and check a log: a .parquet, .jsonl, .ndjson or .csv file, or a folder of them.

    Raises InputDataError for anything that is not a log, naming file, row and value; rows are
    counted from 1 in every file, a header line not being one.
    """
    table, origin = read_files(path)
    filled = {name: _without_empty(table[name]) for name in table.schema.names}
    columns = {name: column for name, column in filled.items() if column.null_count < len(table)}
    check_columns(columns, path)
    check_values(columns, origin)
    people, person = _coded(columns["person_id"])
    contacts, contact = _coded(columns["contact_id"])
    answers, answer = _coded(columns["answer_id"])
    position = numbers(columns["position"]).astype(np.int32)
    check_answers(answers, answer, person, position, origin)
    times = columns.get("occurred_at")
    target = columns.get("target_propensity")
    return Log(
        people=people,
        contacts=contacts,
        person=person,
        contact=contact,
        position=position,
        propensity=numbers(columns["propensity"]),
        reward=numbers(columns["reward"]),
        occurred_at=None if times is None else times.to_numpy(),
        target_propensity=None if target is None else numbers(target),
        target_contact=_target_contacts(columns.get("target_contact_id"), contacts),
    )


def _without_empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Empty text is no text."""
    if column.type != pa.string():
        return column
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _coded(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    """The distinct ids in the order of their first row, and each row's place among them."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int32)


def _target_contacts(
    column: pa.ChunkedArray | None, contacts: list[str]
) -> NDArray[np.int32] | None:
    if column is None:
        return None
    found = pc.fill_null(pc.index_in(column, value_set=pa.array(contacts, pa.string())), UNSEEN)
    return np.where(column.is_null().to_numpy(), NOBODY, found.to_numpy()).astype(np.int32)
