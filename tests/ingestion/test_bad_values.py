"""Values that cannot be: their rows go to quarantine, each with its reason and column."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.ingestion.files import ACTIVITIES, PARQUET
from tests.ingestion.tables import (
    activity,
    host,
    interaction,
    reasons,
    rows_of,
    snap,
    write_host,
)

IDS = {
    "": "missing_value",
    "x" * 10_240: "bad_id",
    "new\nline": "bad_id",
    "tab\tbed": "bad_id",
    "nu\0l": "bad_id",
    "é" * 129: "bad_id",
    "é" * 128: None,
    "😀": None,
    " spaced ": None,
    "'; DROP TABLE people; --": None,
}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_ids_of_1_to_256_bytes_without_control_characters_pass_as_they_are(tmp_path, form):
    """All others are quarantined, with at most 200 bytes of them."""
    rows = [activity(person=person) for person in IDS]
    source = write_host(tmp_path / "in", host(activities=rows, interactions=[]), form)
    report = snap(source, tmp_path / "out")
    bad = rows_of(report, "quarantine")
    assert [row["reason"] for row in bad] == [reason for reason in IDS.values() if reason]
    assert all(len((row["value"] or "").encode()) <= 200 for row in bad)
    people = [row["person_id"] for row in rows_of(report, "people")]
    assert people == sorted((p for p, reason in IDS.items() if not reason), key=str.encode)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_weight_that_is_none_is_quarantined_with_its_text(tmp_path, form):
    """Not finite, negative, over a million, or no number."""
    weights = ["NaN", "inf", "-inf", "-1", "1e7", "1e400", "heavy"]
    rows = [activity(weight=weight) for weight in (*weights, "2")]
    report = snap(write_host(tmp_path / "in", host(activities=rows), form), tmp_path / "out")
    bad = rows_of(report, "quarantine")
    assert [row["value"] for row in bad] == weights
    assert {(row["reason"], row["column"]) for row in bad} == {("bad_weight", "weight")}


def test_weights_that_are_numbers_in_the_file_are_checked_alike(tmp_path, run):
    """Parquet can hold NaN and infinity as numbers."""
    values = [1.0, float("nan"), float("inf"), float("-inf"), -1.0, None]
    table = pa.table(
        {
            "person_id": ["ada"] * 6,
            "topic_id": [f"t{n}" for n in range(6)],
            "occurred_at": ["2024-06-01"] * 6,
            "verb": ["post"] * 6,
            "weight": values,
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    report = run({"activities.csv": None, PARQUET: sink.getvalue().to_pybytes()})
    assert [row for _, row, _, _ in reasons(report)] == [2, 3, 4, 5]


def test_a_time_that_is_none_is_quarantined(tmp_path):
    """Seconds since 1970 are no time either: nobody says whose clock."""
    times = ["2024-13-01", "yesterday", "infinity", "1720000000", "-"]
    rows = [activity(at=time) for time in (*times, "2024-06-01")]
    report = snap(write_host(tmp_path / "in", host(activities=rows)), tmp_path / "out")
    bad = rows_of(report, "quarantine")
    assert [row["value"] for row in bad] == times
    assert {(row["reason"], row["column"]) for row in bad} == {("unparsable_time", "occurred_at")}


def test_the_future_is_quarantined_unless_the_cut_already_left_it_out(run):
    """Without --as-of, a year 2999 would make everything else look ages old."""
    report = run({"activities.csv": ACTIVITIES + "ada,maths,2999-01-01,post\n"}, as_of=None)
    assert reasons(report) == [("activities.csv", 3, "future_time", "occurred_at")]
    assert report.as_of.year == 2024


def test_people_who_write_to_themselves_are_quarantined(tmp_path):
    """In interactions, connections and blocks."""
    pair = {"person_id": "ada", "contact_id": "ada"}
    tables = host(interactions=[interaction(), interaction(contact="ada")], connections=[pair],
                  blocks=[pair])  # fmt: skip
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    assert [(file, reason) for file, _, reason, _ in reasons(report)] == [
        ("blocks.csv", "self_interaction"),
        ("connections.csv", "self_interaction"),
        ("interactions.csv", "self_interaction"),
    ]


def test_of_equal_rows_the_first_is_kept(tmp_path):
    """Equal in every column; another weight is another event."""
    rows = [activity(weight=1), activity(weight=2), activity(weight=1), activity(weight=1)]
    tables = host(activities=rows, skills=[{"person_id": "ada", "topic_id": "maths"}] * 2)
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    assert reasons(report) == [
        ("activities.csv", 4, "duplicate", None),
        ("activities.csv", 5, "duplicate", None),
        ("skills.csv", 3, "duplicate", None),
    ]
    assert rows_of(report, "person_topic")[0]["count"] == 2


def test_of_two_rows_for_one_person_the_first_is_kept(tmp_path):
    """The second is quarantined by its id."""
    people = [{"person_id": "ada", "role": "dean"}, {"person_id": "ada", "role": "bot"}]
    report = snap(write_host(tmp_path / "in", host(people=people)), tmp_path / "out")
    assert reasons(report) == [("people.csv", 3, "duplicate", "person_id")]
    assert rows_of(report, "people")[0]["role"] == "dean"


def test_values_outside_their_range_are_quarantined(tmp_path):
    """Each with its reason and column."""
    learner = {"person_id": "ada", "topic_id": "maths"}
    pair = {"person_id": "ada", "contact_id": "bea"}
    tables = host(
        blocks=[{**pair, "kind": "poke"}, {**pair, "contact_id": "nobody"}],
        goals=[{**learner, "direction": "teach"}, {**learner, "level": "5"}],
        people=[{"person_id": "ada", "joined_at": "long ago"}, {"person_id": "b", "level": "inf"}],
        skills=[{**learner, "level": "-1"}, {**learner, "level": "much"}],
    )
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    assert reasons(report) == [
        ("blocks.csv", 2, "bad_enum", "kind"),
        ("blocks.csv", 3, "unknown_person", "contact_id"),
        ("goals.csv", 2, "bad_enum", "direction"),
        ("goals.csv", 3, "bad_number", "level"),
        ("people.csv", 2, "unparsable_time", "joined_at"),
        ("people.csv", 3, "bad_number", "level"),
        ("skills.csv", 2, "bad_number", "level"),
        ("skills.csv", 3, "bad_number", "level"),
    ]


def test_a_block_whose_time_cannot_be_read_still_holds(tmp_path):
    """Dropping it would show somebody to the person she blocked."""
    blocks = [{"person_id": "ada", "contact_id": "bea", "created_at": "once"}]
    report = snap(write_host(tmp_path / "in", host(blocks=blocks)), tmp_path / "out")
    assert rows_of(report, "blocks") == [
        {"person": 0, "contact": 1, "kind": "block", "created_at": None}
    ]


def test_a_block_of_an_unknown_kind_still_holds(tmp_path):
    """It is taken for the strictest kind, and said to be unknown; nobody is uncovered by a typo."""
    blocks = [
        {"person_id": "ada", "contact_id": "bea", "kind": "hide"},
        {"person_id": "ada", "contact_id": "bea", "kind": "MUTE"},
        {"person_id": "bea", "contact_id": "x" * 300, "kind": "hide"},
    ]
    report = snap(write_host(tmp_path / "in", host(blocks=blocks)), tmp_path / "out")
    kinds = [(row["person"], row["contact"], row["kind"]) for row in rows_of(report, "blocks")]
    assert kinds == [(0, 1, "block"), (0, 1, "mute")]
    assert reasons(report) == [
        ("blocks.csv", 2, "bad_enum", "kind"),
        ("blocks.csv", 4, "bad_id", "contact_id"),
    ]
    told = report.tables["blocks"]
    assert (told.kept, told.quarantined, told.forgiven) == (2, {"bad_id": 1}, {"bad_enum": 1})
