"""Codes are data: each is told with what it means and what to do, wherever it appears."""

from __future__ import annotations

import json

import pytest

from ingestion.codes import CODES
from tests.ingestion.files import ACTIVITIES
from tests.ingestion.tables import (
    activity,
    host,
    interaction,
    reasons,
    rows_of,
    snap,
    write_host,
)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence_and_a_remedy(code):
    """Both end as sentences do, and stand on one line."""
    for text in (CODES[code].about, CODES[code].remedy):
        assert text.endswith(".")
        assert text[0].isupper()
        assert "\n" not in text


def test_an_id_that_is_a_json_object_or_list_is_of_the_wrong_type(tmp_path):
    """Else everybody whose object says the same would be one person."""
    rows = [activity(person={"id": 5}), activity(person=["ada"]), activity(person=5), activity()]
    report = snap(write_host(tmp_path / "in", host(activities=rows), "jsonl"), tmp_path / "out")
    assert reasons(report) == [
        ("activities.jsonl", 1, "wrong_type", "person_id"),
        ("activities.jsonl", 2, "wrong_type", "person_id"),
    ]
    assert [row["person_id"] for row in rows_of(report, "people")] == ["5", "ada", "bea"]


def test_an_id_of_blanks_alone_is_none(tmp_path):
    """Brackets and blanks within an id are the host's own."""
    rows = [activity(person=person) for person in (" ", "\u3000", "[deleted]", "{x}", "a b")]
    report = snap(write_host(tmp_path / "in", host(activities=rows)), tmp_path / "out")
    assert [row for _, row, reason, _ in reasons(report) if reason == "bad_id"] == [2]
    assert report.kept("activities") == 4


def test_a_flag_that_is_none_hides_its_person_and_is_reported(tmp_path):
    """The row is kept: whoever may have asked to be left alone is left alone."""
    people = [{"person_id": "ada", "discoverable": "perhaps"}]
    report = snap(write_host(tmp_path / "in", host(people=people)), tmp_path / "out")
    assert reasons(report) == [("people.csv", 2, "wrong_type", "discoverable")]
    assert report.tables["people"].forgiven == {"wrong_type": 1}
    assert [row["discoverable"] for row in rows_of(report, "people")] == [False, True]


def test_a_topic_that_is_nowhere_is_forgiven(tmp_path):
    """An object's topic or a topic's parent; the row is kept without it."""
    topics = [
        {"topic_id": "maths", "parent_topic_id": "science"},
        {"topic_id": "logic", "parent_topic_id": "maths"},
        {"topic_id": "art", "parent_topic_id": ""},
    ]
    objects = [{"object_id": "o", "topic_id": "gone"}, {"object_id": "x", "topic_id": "art"}]
    tables = host(topics=topics, objects=objects, activities=[activity(object_id="o")])
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    assert reasons(report) == [
        ("objects.csv", 2, "unknown_topic", "topic_id"),
        ("topics.csv", 2, "unknown_topic", "parent_topic_id"),
    ]
    assert (report.kept("topics"), report.kept("objects")) == (3, 2)
    assert [row["parent"] for row in rows_of(report, "topics")] == [None, 2, None]


def test_problems_say_how_many_what_to_do_and_where_to_look(run):
    """By table and code, most rows first, with the first rows of each as examples."""
    bad = [f"p{n},maths,never,post\n" for n in range(5)]
    report = run({"activities.csv": ACTIVITIES + "".join(bad) + "eve,,2024-06-01,post\n"})
    first, second = report.problems
    assert (first.table, first.code, first.rows, first.kept) == (
        "activities", "unparsable_time", 5, False,
    )  # fmt: skip
    assert (first.about, first.remedy) == (
        CODES["unparsable_time"].about, CODES["unparsable_time"].remedy,
    )  # fmt: skip
    assert [str(one) for one in first.examples] == [
        f"activities.csv row {row}: 'never'" for row in (3, 4, 5)
    ]
    assert (second.code, str(second.examples[0])) == ("missing_value", "activities.csv row 8")


def test_the_quarantine_names_the_kind_of_data(tmp_path):
    """Beside file, row, reason, column and value."""
    tables = host(interactions=[interaction(contact="ada")])
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    (row,) = rows_of(report, "quarantine")
    assert row == {
        "source": "folder", "table": "interactions", "file": "interactions.csv", "row": 2,
        "reason": "self_interaction", "column": "contact_id", "value": "ada",
    }  # fmt: skip


def test_the_manifest_counts_the_rows_kept_of_every_native_table(tmp_path):
    """Tables that the host has not, too, so that absent and empty ones are the same."""
    rows = [activity(), activity(), activity(at="never"), activity(person="bea")]
    report = snap(write_host(tmp_path / "in", host(activities=rows)), tmp_path / "out")
    manifest = json.loads((report.snapshot / "manifest.json").read_text())
    assert manifest["native"] == {
        "people": 0, "topics": 0, "objects": 0, "activities": 2, "interactions": 1,
        "connections": 0, "goals": 0, "skills": 0, "blocks": 0,
    }  # fmt: skip
