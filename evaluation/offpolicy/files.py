"""Feedback logs on disk: Parquet, JSON Lines or CSV, brought to the same columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq
import pyarrow.types as pt

from recommender.domain.errors import InputDataError
from recommender.domain.times import microseconds

IDS = ("answer_id", "person_id", "contact_id")
REQUIRED = (*IDS, "position", "propensity", "reward")

SCHEMA = pa.schema(
    [(name, pa.string()) for name in IDS]
    + [
        ("position", pa.int64()),
        ("propensity", pa.float64()),
        ("reward", pa.float64()),
        ("occurred_at", pa.int64()),
        ("target_propensity", pa.float64()),
        ("target_contact_id", pa.string()),
    ]
)
"""Every column that is read; the last three are optional. `occurred_at`: microseconds, UTC."""

_TEXT = {f.name: pa.string() if f.name == "occurred_at" else f.type for f in SCHEMA}
"""Types in files of text, where times are ISO 8601."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of several files came from. ends: row after the last one of each file."""

    files: list[Path]
    ends: list[int]

    def of(self, row: int) -> str:
        """File and row, from 1.

        >>> Origin([Path("a.csv"), Path("b.csv")], [2, 5]).of(2)
        'b.csv, row 1'
        """
        file = int(np.searchsorted(self.ends, row, side="right"))
        return f"{self.files[file]}, row {row - ([0, *self.ends])[file] + 1}"


def read_files(path: Path) -> tuple[pa.Table, Origin]:
    """All rows under `path`, with the columns of `SCHEMA`, null where a file lacks them.

    path: a file, or a folder of them, read by name; other files and hidden ones are passed over.
    Raises InputDataError where there are none, or one cannot be read.
    """
    files = _files(path)
    tables = [_read(file) for file in files]
    ends = np.cumsum([len(table) for table in tables]).tolist()
    table = pa.concat_tables([SCHEMA.empty_table(), *tables], promote_options="default")
    if not len(table):
        raise InputDataError(f"{path} has no rows; log every place that is shown as a row")
    return table, Origin(files, ends)


def _files(path: Path) -> list[Path]:
    kinds = ", ".join(READERS)
    if path.is_dir():
        found = [file for file in path.iterdir() if file.suffix.lower() in READERS]
        files = sorted(file for file in found if not file.name.startswith((".", "_")))
        if not files:
            raise InputDataError(f"{path} has no file that ends in {kinds}")
        return files
    if not path.is_file():
        raise InputDataError(f"{path} is not there; give a feedback log, a file or a folder")
    if path.suffix.lower() not in READERS:
        raise InputDataError(f"{path} is no feedback log by its name; it must end in {kinds}")
    return [path]


def _read(file: Path) -> pa.Table:
    """The columns of `SCHEMA` that `file` has."""
    try:
        table = READERS[file.suffix.lower()](file)
        names = [name for name in SCHEMA.names if name in table.schema.names]
        columns = {name: table[name] for name in names}
        if "occurred_at" in columns:
            columns["occurred_at"] = _times(columns["occurred_at"], file)
        return pa.table(columns).cast(pa.schema([SCHEMA.field(name) for name in names]))
    except (pa.ArrowException, OSError, KeyError) as error:
        raise InputDataError(
            f"{file} cannot be read as a feedback log: {_from_one(str(error))}; ids and times are "
            "text, all else are numbers"
        ) from None


def _csv(file: Path) -> pa.Table:
    # One thread, so that a value at fault comes with its row.
    read = pa_csv.ReadOptions(use_threads=False)
    kinds = pa_csv.ConvertOptions(column_types=_TEXT, strings_can_be_null=True, null_values=[""])
    return pa_csv.read_csv(file, read_options=read, convert_options=kinds)


def _jsonlines(file: Path) -> pa.Table:
    # One block, because rows at fault are counted within blocks.
    size = min(file.stat().st_size + 1, 2**31 - 1)
    read = pa_json.ReadOptions(use_threads=False, block_size=size)
    kinds = pa_json.ParseOptions(
        explicit_schema=pa.schema(list(_TEXT.items())), unexpected_field_behavior="ignore"
    )
    return pa_json.read_json(file, read_options=read, parse_options=kinds)


def _parquet(file: Path) -> pa.Table:
    with pq.ParquetFile(file) as whole:
        there = set(whole.schema_arrow.names)
        return whole.read(columns=[name for name in SCHEMA.names if name in there])


READERS: dict[str, Callable[[Path], pa.Table]] = {
    ".parquet": _parquet,
    ".jsonl": _jsonlines,
    ".ndjson": _jsonlines,
    ".csv": _csv,
}
"""By ending. Each raises ArrowException or OSError."""


def _times(column: pa.ChunkedArray, file: Path) -> pa.ChunkedArray:
    """Timestamps, or ISO 8601 as text, as int64 microseconds; without a zone they are UTC."""
    if pt.is_timestamp(column.type):
        unit = pa.timestamp("us", tz=column.type.tz)
        return column.cast(unit, safe=False).cast(pa.int64())
    values = []
    for row, value in enumerate(column.to_pylist(), start=1):
        try:
            values.append(None if value is None else microseconds(datetime.fromisoformat(value)))
        except (ValueError, TypeError):
            raise InputDataError(
                f"{file}, row {row}: occurred_at is {value!r}, which is no time; write it as "
                "2024-07-01T09:30:00Z"
            ) from None
    return pa.chunked_array([pa.array(values, pa.int64())])


def _from_one(message: str) -> str:
    """The first line of Arrow's message, its rows counted from 1 and without the header.

    >>> _from_one("Column(/reward) changed in row 0"), _from_one("Row #3: invalid value 'x'")
    ('Column(/reward) changed in row 1', "Row #2: invalid value 'x'")
    """
    line = message.splitlines()[0] if message else "it is broken"
    line = re.sub(r"in row (\d+)$", lambda found: f"in row {int(found[1]) + 1}", line)
    return re.sub(r"Row #(\d+)", lambda found: f"Row #{int(found[1]) - 1}", line)
