"""Feedback logs are read alike from every format, and broken ones are named to the row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from evaluation.offpolicy import Verdict, judge, logged_target, read_log
from evaluation.offpolicy.log import NOBODY, UNSEEN
from recommender.domain.errors import InputDataError
from tests.evaluation.simulated_logs import Community

Row = dict[str, Any]


def rows() -> list[Row]:
    """Two answers, the second with one place."""
    places = [("007", "ann", "bob", 1), ("007", "ann", "cy", 2), ("008", "bob", "ann", 1)]
    names = ("answer_id", "person_id", "contact_id", "position")
    times = ["2024-07-01T09:30:00Z", "2024-07-01T11:30:00+02:00", "2024-07-02T00:00:00"]
    return [
        dict(zip(names, place, strict=True))
        | {"propensity": 0.25 * at, "reward": float(at % 2), "occurred_at": time}
        for at, (place, time) in enumerate(zip(places, times, strict=True), start=1)
    ]


def write(path: Path, given: list[Row]) -> Path:
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
    elif path.suffix == ".csv":
        pa_csv.write_csv(pa.Table.from_pylist(given), path)
    else:
        pq.write_table(pa.Table.from_pylist(given), path)
    return path


SUFFIXES = [".parquet", ".jsonl", ".csv"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_log_reads_alike_from_every_format(tmp_path, suffix):
    """Ids stay text, numbers numbers, and times are brought to UTC."""
    log = read_log(write(tmp_path / f"log{suffix}", rows()))
    assert [log.people[code] for code in log.person] == ["ann", "ann", "bob"]
    assert [log.contacts[code] for code in log.contact] == ["bob", "cy", "ann"]
    assert log.position.tolist() == [1, 2, 1]
    assert log.propensity.tolist() == [0.25, 0.5, 0.75]
    assert log.reward.tolist() == [1, 0, 1]
    times = [datetime(2024, 7, 1, 9, 30, tzinfo=UTC)] * 2 + [datetime(2024, 7, 2, tzinfo=UTC)]
    assert log.occurred_at is not None
    assert (log.occurred_at / 1e6).tolist() == [time.timestamp() for time in times]
    assert log.target_propensity is None
    assert log.target_contact is None


def test_columns_that_are_not_known_are_passed_over(tmp_path):
    """A log may hold more than is read here."""
    log = read_log(write(tmp_path / "log.jsonl", [row | {"surface": "home"} for row in rows()]))
    assert len(log) == 3


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_column_of_nothing_is_no_column(tmp_path, suffix):
    """Formats differ in how they leave a value out."""
    given = [row | {"target_propensity": None, "occurred_at": None} for row in rows()]
    log = read_log(write(tmp_path / f"log{suffix}", given))
    assert log.target_propensity is None
    assert log.occurred_at is None


def test_timestamps_of_parquet_are_times(tmp_path):
    """With a zone or without, which is UTC."""
    table = pa.Table.from_pylist(rows())
    for kind in (pa.timestamp("ns"), pa.timestamp("ms", "Europe/Vienna")):
        times = pa.array([86_400_000] * 3, pa.int64()).cast(pa.timestamp("ms")).cast("int64")
        stamps = times.cast(pa.timestamp("ms", kind.tz)).cast(kind)
        at = table.schema.get_field_index("occurred_at")
        pq.write_table(table.set_column(at, "occurred_at", stamps), tmp_path / "log.parquet")
        log = read_log(tmp_path / "log.parquet")
        assert log.occurred_at is not None
        assert log.occurred_at.tolist() == [86_400_000_000] * 3


def test_a_folder_is_read_as_one_log(tmp_path):
    """Files of several formats, in the order of their names; hidden ones are not data."""
    first, second, third = rows()
    write(tmp_path / "a.csv", [first])
    write(tmp_path / "b.jsonl", [second])
    write(tmp_path / "c.parquet", [third])
    write(tmp_path / ".c.csv", [first])
    (tmp_path / "notes.txt").write_text("not data", encoding="utf-8")
    log = read_log(tmp_path)
    assert log.propensity.tolist() == [0.25, 0.5, 0.75]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_target_is_named_place_by_place(tmp_path, suffix):
    """Somebody who is shown elsewhere, somebody who never is, and nobody."""
    targets = ["cy", "zoe", None]
    given = [row | {"target_contact_id": who} for row, who in zip(rows(), targets, strict=True)]
    log = read_log(write(tmp_path / f"log{suffix}", given))
    assert log.target_contact is not None
    assert log.target_contact.tolist() == [log.contacts.index("cy"), UNSEEN, NOBODY]
    target = logged_target(log)
    assert target.filled.tolist() == [True, True, False]
    assert target.propensity.tolist() == [0, 0, 0]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("propensity", 0.0, "propensity is 0.0; write the chance"),
        ("propensity", 1.5, "propensity is 1.5"),
        ("propensity", None, "propensity is missing; .* 1 where nothing was drawn"),
        ("propensity", float("nan"), "propensity is nan"),
        ("reward", float("inf"), "reward is inf; write a finite number"),
        ("reward", None, "reward is missing"),
        ("position", 0, "position is 0; count places from 1"),
        ("position", 1001, "position is 1001"),
        ("person_id", "", "person_id is missing; write it in every row"),
        ("occurred_at", None, "occurred_at is missing"),
        ("occurred_at", "noon", "occurred_at is 'noon', which is no time"),
        ("target_propensity", -0.1, "target_propensity is -0.1"),
        ("target_propensity", None, "target_propensity is missing"),
        ("person_id", "zoe", "answer_id '007' has another person_id than in .*, row 1"),
        ("position", 1, "answer_id '007' has position 1 already in .*, row 1"),
    ],
)
def test_a_bad_value_is_named_with_its_file_and_row(tmp_path, suffix, column, value, told):
    """The second row is the one at fault, and every error says what to do."""
    given = [row | {"target_propensity": 0.5} for row in rows()]
    given[1][column] = value
    path = write(tmp_path / f"log{suffix}", given)
    with pytest.raises(InputDataError, match=f"log{suffix}, row 2: {told}"):
        read_log(path)


def test_rows_are_counted_in_each_file_of_a_folder(tmp_path):
    """The second of two files, its second row."""
    given = rows()
    write(tmp_path / "a.csv", given[:1])
    given[2]["reward"] = None
    write(tmp_path / "b.csv", given[1:])
    with pytest.raises(InputDataError, match=r"b\.csv, row 2: reward is missing"):
        read_log(tmp_path)


def test_a_place_logged_again_in_another_file_is_found(tmp_path):
    """Exports that overlap would count feedback twice."""
    write(tmp_path / "a.csv", rows())
    write(tmp_path / "b.csv", rows()[1:])
    with pytest.raises(InputDataError, match=r"b\.csv, row 1: .* already in .*a\.csv, row 2"):
        read_log(tmp_path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "column", ["answer_id", "person_id", "contact_id", "position", "propensity", "reward"]
)
def test_a_column_that_is_missing_is_named(tmp_path, suffix, column):
    """With all that are needed."""
    given = [{name: value for name, value in row.items() if name != column} for row in rows()]
    path = write(tmp_path / f"log{suffix}", given)
    with pytest.raises(InputDataError, match=f"no column '{column}' .* needs answer_id, person_id"):
        read_log(path)


def test_two_targets_at_once_are_one_too_many(tmp_path):
    """They might disagree, and one would be passed over in silence."""
    given = [row | {"target_propensity": 1, "target_contact_id": "bob"} for row in rows()]
    with pytest.raises(InputDataError, match="both target_propensity and target_contact_id"):
        read_log(write(tmp_path / "log.csv", given))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("log.csv", "answer_id,reward\na,1\nb,much\n", "Row #2: .* 'much'"),
        ("log.csv", "", "cannot be read"),
        ("log.csv", "answer_id,reward\na,1,2\n", "Row #1: Expected 2 columns"),
        ("log.jsonl", '{"reward": 1}\n{"reward": "much"}\n', "reward.* in row 2"),
        ("log.jsonl", '{"answer_id": 7}\n', "answer_id.* in row 1; ids and times are text"),
        ("log.jsonl", "{", "cannot be read"),
        ("log.parquet", "PAR1", "cannot be read"),
        ("log.xls", "", r"must end in \.parquet, \.jsonl"),
    ],
)
def test_a_file_that_is_no_log_is_an_error_that_says_so(tmp_path, name, text, told):
    """Never a stack trace, whatever is in it."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputDataError, match=told):
        read_log(path)


def test_nothing_there_is_an_error_that_says_so(tmp_path):
    """A wrong path, an empty folder, a file of headers."""
    with pytest.raises(InputDataError, match="is not there"):
        read_log(tmp_path / "log.csv")
    with pytest.raises(InputDataError, match="has no file"):
        read_log(tmp_path)
    (tmp_path / "log.csv").write_text(",".join(rows()[0]) + "\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="has no rows"):
        read_log(tmp_path)


def test_a_log_on_disk_is_judged_as_the_one_in_memory(tmp_path):
    """From the file to the figures."""
    community = Community.of(seed=1)
    simulated = community.log(people=400, seed=0)
    log, target = simulated.table, simulated.target(community.sharp)
    answers = np.arange(len(log)) // 3
    columns = {
        "answer_id": [f"a{answer}" for answer in answers],
        "person_id": [log.people[code] for code in log.person],
        "contact_id": [log.contacts[code] for code in log.contact],
        "position": log.position,
        "propensity": log.propensity,
        "reward": log.reward,
        "target_propensity": target.propensity,
    }
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")
    found = read_log(tmp_path / "log.parquet")
    verdict = judge(found, logged_target(found), resamples=50)
    expected = judge(log, target, resamples=50)
    assert isinstance(verdict, Verdict)
    assert isinstance(expected, Verdict)
    assert verdict.estimates == expected.estimates
