"""What people declare of themselves: copied, sorted, and never to anybody's harm."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.ingestion.tables import host, rows_of, snap, write_host


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def source(tmp_path):
    return tmp_path / "in"


def test_what_people_declare_is_copied(source, out):
    """Names, levels, languages in three spellings, and times."""
    people = [
        {"person_id": "ada", "display_name": "Ada L.", "level": "2.5", "languages": "en, fr;de"},
        {
            "person_id": "bea",
            "languages": '["en","pt-BR"]',
            "joined_at": "2020-02-29T12:00:00+02:00",
        },
        {"person_id": "cyd", "languages": "", "level": ""},
    ]
    report = snap(write_host(source, host(people=people)), out)
    ada, bea, cyd = rows_of(report, "people")
    assert (ada["display_name"], ada["level"], ada["languages"]) == (
        "Ada L.",
        2.5,
        ["en", "fr", "de"],
    )
    assert (bea["languages"], bea["joined_at"]) == (["en", "pt-BR"], datetime(2020, 2, 29, 10))
    assert (cyd["languages"], cyd["level"], cyd["discoverable"]) == (None, None, True)


WORDS = {
    "true": True, "YES": True, "1": True, "": True, "false": False, "No": False, "0": False,
    "perhaps": False,
}  # fmt: skip


def test_whoever_may_have_asked_not_to_be_shown_is_not(source, out):
    """Nothing said means shown; a word that cannot be read means not."""
    people = [{"person_id": f"said {word}", "discoverable": word} for word in WORDS]
    report = snap(write_host(source, host(people=people)), out)
    found = {row["person_id"]: row["discoverable"] for row in rows_of(report, "people")}
    assert {word: found[f"said {word}"] for word in WORDS} == WORDS


def test_a_bad_row_still_hides_the_person_who_asked_for_it(source, out):
    """The row is quarantined for its level, the second for repeating the id; ada stays hidden."""
    people = [
        {"person_id": "ada", "level": "high", "discoverable": "no"},
        {"person_id": "bea", "level": "", "discoverable": "yes"},
        {"person_id": "bea", "level": "", "discoverable": "no"},
    ]
    report = snap(write_host(source, host(people=people)), out)
    assert [row["discoverable"] for row in rows_of(report, "people")] == [False, False]
    assert report.tables["people"].quarantined == {"bad_number": 1, "duplicate": 1}


def test_declared_facts_are_sorted_rows(source, out):
    """Goals default to learn, kinds of block to block; case does not matter."""
    tables = host(
        goals=[
            {"person_id": "bea", "topic_id": "maths", "direction": "OFFER", "level": 3},
            {"person_id": "ada", "topic_id": "maths", "direction": None, "level": None},
        ],
        skills=[{"person_id": "ada", "topic_id": "maths", "level": 4}],
        blocks=[
            {"person_id": "bea", "contact_id": "ada", "kind": "Mute"},
            {"person_id": "ada", "contact_id": "bea", "kind": ""},
        ],
    )
    report = snap(write_host(source, tables), out)
    goals = [
        (r["person"], r["topic"], r["direction"], r["level"]) for r in rows_of(report, "goals")
    ]
    assert goals == [(0, 0, "learn", None), (1, 0, "offer", 3.0)]
    assert rows_of(report, "skills") == [{"person": 0, "topic": 0, "level": 4.0}]
    blocks = [(r["person"], r["contact"], r["kind"]) for r in rows_of(report, "blocks")]
    assert blocks == [(0, 1, "block"), (1, 0, "mute")]
