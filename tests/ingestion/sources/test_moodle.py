"""Moodle's database: who answers whom in its forums, and who is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.engine import Engine
from ingestion.snapshot import ingest
from ingestion.sources import SOURCES, choose, place_of
from recommender.domain.errors import InputDataError
from tests.ingestion.sources.hosts import KINDS, host_database, native_rows
from tests.ingestion.tables import AS_OF, CONFIG, reasons, rows_of

SCRIPT = (Path(__file__).parent / "moodle" / "moodle.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=KINDS)
def host(request, tmp_path_factory):
    """The small Moodle, on every kind of database; do not change it."""
    with host_database(request.param, tmp_path_factory.mktemp("host")) as made:
        made.run(SCRIPT)
        yield made


@pytest.fixture(scope="module")
def tables(host, tmp_path_factory):
    """What it becomes: rows by native table, without nulls, times as text."""
    with Engine(tmp_path_factory.mktemp("tables"), CONFIG) as engine:
        found = SOURCES["moodle"].tables(place_of(host.url), engine)
        return native_rows(found)


def test_a_moodle_is_recognised_by_its_tables(host):
    """Whatever database it is in."""
    assert choose(place_of(host.url)).name == "moodle"


def test_people_are_users_who_are_there(tables):
    """Neither the guest nor the deleted; no address stands for a name."""
    assert tables["people"] == [
        {
            "_row": 2,
            "person_id": "2",
            "display_name": "Ada Łukasiewicz 🦉",
            "organisation": "Open University",
            "languages": "de",
            "timezone": "Europe/Berlin",
            "joined_at": "2024-01-01T00:00:00",
        },
        {
            "_row": 3,
            "person_id": "3",
            "display_name": "Bea",
            "languages": "pt",
            "joined_at": "2024-01-02T00:00:00",
        },
        {"_row": 4, "person_id": "4", "languages": "en", "discoverable": "false"},
        {
            "_row": 6,
            "person_id": "6",
            "display_name": "Eve Robert'); DROP TABLE mdl_user; --",
            "languages": "en",
            "joined_at": "2024-01-02T00:00:00",
        },
    ]


def test_topics_are_forums_within_courses(tables):
    """And objects are discussions that somebody may read."""
    assert [(t["topic_id"], t["label"], t.get("parent_topic_id")) for t in tables["topics"]] == [
        ("course-1", "Our Moodle", None),
        ("course-2", "Statistics for educators", None),
        ("forum-1", "Site announcements", "course-1"),
        ("forum-2", "Questions & answers", "course-2"),
    ]
    assert tables["objects"] == [
        {
            "_row": 10,
            "object_id": "discussion-10",
            "topic_id": "forum-2",
            "title": "What is a p-value?",
        }
    ]


def test_activities_are_posts_and_ratings(tables):
    """Without deleted posts, private replies, and posts of deleted users."""
    found = tables["activities"]
    assert {(a["topic_id"], a["object_id"]) for a in found} == {("forum-2", "discussion-10")}
    assert [(a["_row"], a["person_id"], a["verb"], a["occurred_at"]) for a in found] == [
        (100, "2", "post", "2024-06-01T00:00:00"),
        (101, "3", "reply", "2024-06-01T01:00:00"),
        (102, "2", "reply", "2024-06-01T02:00:00"),
        (103, "2", "reply", "2024-06-01T03:00:00"),
        (105, "6", "reply", "2024-06-01T05:00:00"),
        (108, "3", "reply", "2024-06-01T08:00:00"),
        (109, "4", "reply", "beyond"),
        (1, "2", "react", "2024-06-01T14:00:00"),
    ]


def test_interactions_are_replies_and_ratings(tables):
    """From who writes to whose post is answered or rated, never to oneself."""
    found = tables["interactions"]
    assert {(i["topic_id"], i["object_id"]) for i in found} == {("forum-2", "discussion-10")}
    assert [(i["_row"], i["person_id"], i["contact_id"], i["verb"]) for i in found] == [
        (101, "3", "2", "reply"),
        (102, "2", "3", "reply"),
        (109, "4", "2", "reply"),
        (1, "2", "3", "react"),
    ]
    assert found[0]["occurred_at"] == "2024-06-01T01:00:00"


def test_contacts_are_connections_and_who_is_blocked_stays_so(tables):
    """A contact without a time is one all the same."""
    assert tables["connections"] == [
        {"_row": 1, "person_id": "2", "contact_id": "3", "connected_at": "2024-05-29T16:26:40"},
        {"_row": 3, "person_id": "3", "contact_id": "6"},
    ]
    assert tables["blocks"] == [
        {
            "_row": 1,
            "person_id": "3",
            "contact_id": "4",
            "kind": "block",
            "created_at": "2024-05-29T16:26:40",
        }
    ]


def test_a_snapshot_names_the_table_and_id_of_a_bad_row(host, tmp_path):
    """All the way through; a time that no calendar has is set aside."""
    report = ingest(host.url, tmp_path / "out", CONFIG, kind="moodle")
    assert [row["person_id"] for row in rows_of(report, "people")] == ["2", "3", "4", "6"]
    assert reasons(report) == [
        ("mdl_forum_posts", 109, "unparsable_time", "occurred_at"),
        ("mdl_forum_posts", 109, "unparsable_time", "occurred_at"),
    ]


@pytest.mark.parametrize("prefix", ["", "m_"])
def test_any_prefix_is_found(tmp_path, prefix):
    """None, too."""
    with host_database("sqlite", tmp_path) as host:
        host.run(SCRIPT.replace("mdl_", prefix))
        report = ingest(host.url, tmp_path / "out", CONFIG, AS_OF)
    assert report.people == 4


def test_two_moodles_in_a_database_are_refused(tmp_path):
    """Rather than one of them chosen."""
    with host_database("sqlite", tmp_path) as host, Engine(tmp_path, CONFIG) as engine:
        host.run(SCRIPT)
        host.run(SCRIPT.replace("mdl_", "m2_"))
        with pytest.raises(InputDataError, match="2 times, with prefixes m2_, mdl_"):
            SOURCES["moodle"].tables(place_of(host.url), engine)


def test_an_old_moodle_lacks_columns_and_tables(tmp_path):
    """Before private replies, ratings of their own and blocks."""
    with host_database("sqlite", tmp_path) as host:
        host.run(SCRIPT)
        host.run(
            "ALTER TABLE mdl_forum_posts DROP COLUMN deleted; "
            "ALTER TABLE mdl_forum_posts DROP COLUMN privatereplyto; "
            "DROP TABLE mdl_rating; DROP TABLE mdl_message_users_blocked"
        )
        report = ingest(host.url, tmp_path / "out", CONFIG, AS_OF)
    assert report.tables["interactions"].read == 5
    assert report.tables["blocks"].read == 0


def test_a_column_that_every_moodle_has_is_named_where_it_is_missing(tmp_path):
    """Rather than guessed."""
    with host_database("sqlite", tmp_path) as host, Engine(tmp_path, CONFIG) as engine:
        host.run(SCRIPT)
        host.run("ALTER TABLE mdl_forum_posts DROP COLUMN parent")
        with pytest.raises(InputDataError, match="forum_posts of Moodle has no column 'parent'"):
            SOURCES["moodle"].tables(place_of(host.url), engine)


def test_another_database_is_no_moodle(tmp_path):
    """Said with the tables that it would need."""
    with host_database("sqlite", tmp_path) as host, Engine(tmp_path, CONFIG) as engine:
        host.run("CREATE TABLE mdl_forum_posts (id INT)")
        with pytest.raises(InputDataError, match="no database of Moodle; it needs user, course"):
            SOURCES["moodle"].tables(place_of(host.url), engine)


def test_what_a_file_says_of_itself_is_not_believed(tmp_path):
    """Ids and times of any type, text that is no UTF-8: some rows fewer, no failure."""
    with host_database("sqlite", tmp_path) as host:
        host.run(SCRIPT)
        host.run(
            "INSERT INTO mdl_forum_posts (id, discussion, parent, userid, created, message) "
            "SELECT 500, 10, 100, 3, 'x''; DROP TABLE \"user\"; --', ''; "
            "UPDATE mdl_user SET firstname = CAST(X'C328' AS TEXT), lastname = X'00FF' "
            "WHERE id = 3; UPDATE mdl_forum SET name = 1.5 WHERE id = 2"
        )
        report = ingest(host.url, tmp_path / "out", CONFIG, AS_OF)
    assert ("mdl_forum_posts", 500, "missing_value", "occurred_at") in reasons(report)
    assert report.people == 4
