"""Discourse's database: who answers, likes and quotes whom in public, and who is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.engine import Engine
from ingestion.snapshot import ingest, verify
from ingestion.sources import SOURCES, choose, place_of
from recommender.domain.errors import InputDataError
from tests.ingestion.sources.hosts import host_database, native_rows
from tests.ingestion.tables import AS_OF, CONFIG, reasons, rows_of

SCRIPT = (Path(__file__).parent / "discourse-db" / "discourse.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["postgresql", "sqlite", "duckdb"])
def host(request, tmp_path_factory):
    """The small Discourse, where Discourse keeps it and in copies; do not change it."""
    with host_database(request.param, tmp_path_factory.mktemp("host")) as made:
        made.run(SCRIPT)
        yield made


@pytest.fixture(scope="module")
def tables(host, tmp_path_factory):
    """What it becomes: rows by native table."""
    with Engine(tmp_path_factory.mktemp("tables"), CONFIG) as engine:
        return native_rows(SOURCES["discourse-db"].tables(place_of(host.url), engine))


def at(row):
    """Its time, as far as seconds."""
    return row["occurred_at"][:19].replace("T", " ")


def test_a_discourse_is_recognised_by_its_tables(host):
    """Whatever database it is in."""
    assert choose(place_of(host.url)).name == "discourse-db"


def test_people_are_users_with_a_name_to_be_found_by(tables):
    """No system user, bot, staged, anonymous or anonymised one; who hides stays hidden."""
    found = [{k: v for k, v in row.items() if k != "joined_at"} for row in tables["people"]]
    assert found == [
        {
            "_row": 1,
            "person_id": "1",
            "display_name": "Ada Łukasiewicz 🦉",
            "languages": "de",
            "timezone": "Europe/Berlin",
        },
        {
            "_row": 2,
            "person_id": "2",
            "display_name": "bea",
            "languages": "pt",
            "discoverable": "false",
        },
        {"_row": 3, "person_id": "3", "display_name": "cyd", "discoverable": "false"},
        {"_row": 4, "person_id": "4", "display_name": "dan", "discoverable": "false"},
        {"_row": 8, "person_id": "8", "display_name": "'); DROP TABLE users; --"},
    ]
    assert tables["people"][0]["joined_at"].replace("T", " ") == "2024-01-02 03:04:05.678901"


def test_topics_are_categories_and_tags_that_everybody_may_see(tables):
    """Those of restricted categories are not even named."""
    assert [(t["topic_id"], t["label"], t.get("parent_topic_id")) for t in tables["topics"]] == [
        ("category-3", "Statistics", None),
        ("category-4", "p-values", "category-3"),
        ("tag-1", "beginners", None),
    ]


def test_objects_are_discourse_topics_that_everybody_may_see(tables):
    """No private message, deleted, restricted or unlisted one."""
    assert tables["objects"] == [
        {
            "_row": 10,
            "object_id": "topic-10",
            "topic_id": "category-4",
            "title": "What is a p-value?",
        }
    ]


def test_activities_are_posts_and_likes_in_categories_and_under_tags(tables):
    """What was deleted, hidden, whispered, withdrawn or said by nobody is none."""
    found = [
        (a["_row"], a["person_id"], a["topic_id"], a["verb"], a.get("object_id"), at(a))
        for a in tables["activities"]
    ]
    posts = [
        (100, "1", "post", "2024-06-01 00:00:00"),
        (101, "2", "reply", "2024-06-01 01:00:00"),
        (102, "1", "reply", "2024-06-01 02:00:00"),
        (103, "1", "reply", "2024-06-01 03:00:00"),
        (105, "8", "reply", "2024-06-01 05:00:00"),
    ]
    assert [row for row in found if row[2] == "category-4" and row[3] != "like"] == [
        (row, who, "category-4", verb, "topic-10", when) for row, who, verb, when in posts
    ]
    assert [row for row in found if row[2] == "tag-1"] == [
        (row, who, "tag-1", verb, None, when) for row, who, verb, when in posts
    ]
    assert [row for row in found if row[3] == "like"] == [
        (1, "1", "category-4", "like", "topic-10", "2024-06-03 00:00:00")
    ]
    assert len(found) == 11


def test_interactions_are_replies_likes_quotes_and_accepted_answers(tables):
    """Where not everybody may read there is no topic and no object; a quoted reply counts once."""
    assert [
        (
            i["_row"],
            i["person_id"],
            i["contact_id"],
            i["verb"],
            i.get("topic_id"),
            i.get("object_id"),
            at(i),
        )
        for i in tables["interactions"]
    ] == [
        (101, "2", "1", "reply", "category-4", "topic-10", "2024-06-01 01:00:00"),
        (121, "3", "1", "reply", None, None, "2024-06-02 01:00:00"),
        (151, "2", "1", "reply", None, None, "2024-06-02 02:00:00"),
        (1, "1", "2", "like", "category-4", "topic-10", "2024-06-03 00:00:00"),
        (4, "1", "3", "like", None, None, "2024-06-03 01:00:00"),
        (2, "8", "2", "quote", "category-4", "topic-10", "2024-06-01 05:00:00"),
        (1, "1", "2", "accept", "category-4", "topic-10", "2024-06-04 00:00:00"),
    ]


def test_who_is_muted_or_ignored_stays_so(tables):
    """Where there still is such a person."""
    assert [(b["person_id"], b["contact_id"], b["kind"]) for b in tables["blocks"]] == [
        ("2", "8", "mute"),
        ("1", "3", "mute"),
    ]
    assert tables["blocks"][0]["created_at"].replace("T", " ")[:19] == "2024-06-01 00:00:00"


def test_names_are_shown_only_where_the_site_shows_them(tmp_path):
    """Else usernames are, which everybody sees anyway."""
    with host_database("sqlite", tmp_path) as host, Engine(tmp_path, CONFIG) as engine:
        host.run(SCRIPT)
        host.run("INSERT INTO site_settings VALUES (1, 'enable_names', 5, 'f')")
        found = native_rows(SOURCES["discourse-db"].tables(place_of(host.url), engine))
    assert [p["display_name"] for p in found["people"]] == ["ada", "bea", "cyd", "dan", "eve"]


def test_an_older_discourse_lacks_tables_and_columns(tmp_path):
    """Without tags, quotes, solutions and blocks, whoever writes is found all the same."""
    with host_database("sqlite", tmp_path) as host:
        host.run(SCRIPT)
        gone = ("tags", "quoted_posts", "discourse_solved_solved_topics", "ignored_users")
        host.run("".join(f"DROP TABLE {name};" for name in gone))
        host.run("ALTER TABLE user_options DROP COLUMN hide_profile")
        report = ingest(host.url, tmp_path / "out", CONFIG, AS_OF)
    verify(report.snapshot)
    assert report.tables["interactions"].read == 5


def test_a_snapshot_comes_of_it_with_nothing_set_aside(host, tmp_path):
    """All the way through."""
    report = ingest(host.url, tmp_path / "out", CONFIG, AS_OF, "discourse-db")
    assert reasons(report) == []
    assert [row["person_id"] for row in rows_of(report, "people")] == ["1", "2", "3", "4", "8"]


def test_another_database_is_no_discourse(tmp_path):
    """Said with the tables that it would need."""
    with host_database("sqlite", tmp_path) as host, Engine(tmp_path, CONFIG) as engine:
        host.run("CREATE TABLE topics (id INT)")
        with pytest.raises(InputDataError, match="no database of Discourse; it needs users, top"):
            SOURCES["discourse-db"].tables(place_of(host.url), engine)
