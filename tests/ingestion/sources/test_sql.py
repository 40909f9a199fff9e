"""Databases with native tables, or with queries for them, of every kind that is read."""

from __future__ import annotations

from datetime import datetime

import pytest

from ingestion.engine import Engine
from ingestion.snapshot import ingest, verify
from ingestion.sources import choose, place_of
from recommender.domain.config import SourceConfig
from recommender.domain.errors import InputDataError
from tests.ingestion.sources.hosts import KINDS, host_database
from tests.ingestion.tables import AS_OF, CONFIG, reasons, rows_of

NATIVE = """
CREATE TABLE people (
    person_id VARCHAR(300), display_name VARCHAR(200), joined_at TIMESTAMP NULL,
    level NUMERIC(5, 2), discoverable BOOLEAN, shoe_size INT
);
CREATE TABLE activities (
    person_id BIGINT, topic_id VARCHAR(50), occurred_at TIMESTAMP NULL, verb VARCHAR(20),
    weight DOUBLE PRECISION
);
CREATE TABLE "interactions" (
    person_id BIGINT, contact_id BIGINT, occurred_at TIMESTAMP NULL, verb VARCHAR(20)
);
INSERT INTO people VALUES
    ('1', 'Ada Łukasz 🦉', '2024-01-01 00:00:00', 2.5, TRUE, 38),
    ('2', '''; DROP TABLE people; --', NULL, NULL, FALSE, 41);
INSERT INTO activities VALUES
    (1, 'maths', '2024-06-01 12:30:45.123456', 'post', 0.5),
    (2, 'maths', NULL, 'post', NULL);
INSERT INTO interactions VALUES (2, 1, '2024-06-02 00:00:00', 'reply')
"""

FORUM = """
CREATE TABLE posts (id BIGINT, author VARCHAR(20), answers BIGINT, room VARCHAR(20), said BIGINT);
INSERT INTO posts VALUES (1, 'ada', NULL, 'maths', 1717200000);
INSERT INTO posts VALUES (2, 'bea', 1, 'maths', 1717286400)
"""
WHEN = {
    "sqlite": "datetime({}, 'unixepoch')",
    "duckdb": "to_timestamp({})",
    "postgresql": "to_timestamp({})",
    "mariadb": "from_unixtime({})",
}


def forum(kind):
    """Queries for native tables of the forum above; a percent sign is only that."""
    when = WHEN[kind].format("p.said")
    return {
        "activities": f"""
            SELECT author AS person_id, room AS topic_id, {when} AS occurred_at, 'post' AS verb,
                id AS post_number
            FROM posts p WHERE author LIKE '%a';
        """,
        "interactions": f"""
            SELECT p.author AS person_id, q.author AS contact_id, {when} AS occurred_at,
                'reply' AS verb
            FROM posts p JOIN posts q ON q.id = p.answers
        """,
    }


def native(kind):
    """The native tables' script, with the quotes and the fractions of seconds of this kind."""
    if kind == "mariadb":
        return NATIVE.replace('"interactions"', "interactions").replace("TIMESTAMP", "DATETIME(6)")
    return NATIVE


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def host(kind, tmp_path):
    with host_database(kind, tmp_path) as made:
        yield made


@pytest.fixture
def fails(host, tmp_path):
    """Ingests what must be refused, leaving nothing behind, and returns what is said."""

    def fails(url=None, queries=None, kind=None):
        with pytest.raises(InputDataError) as caught:
            snap(url or host.url, tmp_path, queries, kind)
        assert not (tmp_path / "out").exists()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return fails


def snap(url, folder, queries=None, kind=None):
    """Ingest a database, with queries where they are given."""
    return ingest(url, folder / "out", CONFIG, AS_OF, kind, sources=SourceConfig(sql=queries or {}))


def test_tables_of_native_names_are_read_with_their_own_types(host, kind, tmp_path):
    """Numbers, flags, times to the microsecond, and text that would be SQL elsewhere."""
    host.run(native(kind))
    report = snap(host.url, tmp_path)
    verify(report.snapshot)
    ada, bob = sorted(rows_of(report, "people"), key=lambda row: row["person_id"])
    assert (ada["person_id"], ada["display_name"]) == ("1", "Ada Łukasz 🦉")
    assert (ada["level"], ada["discoverable"]) == (2.5, True)
    assert ada["joined_at"].replace(tzinfo=None) == datetime(2024, 1, 1)
    assert (bob["display_name"], bob["discoverable"]) == ("'; DROP TABLE people; --", False)
    [done] = rows_of(report, "activities")
    assert done["occurred_at"].replace(tzinfo=None) == datetime(2024, 6, 1, 12, 30, 45, 123456)
    assert done["weight"] == 0.5
    [said] = rows_of(report, "interactions")
    assert said["occurred_at"].replace(tzinfo=None) == datetime(2024, 6, 2)
    assert reasons(report) == [("activities", 2, "missing_value", "occurred_at")]
    assert report.tables["people"].unknown_columns == ("shoe_size",)


def test_queries_of_the_settings_are_the_tables(host, kind, tmp_path):
    """Joins and all; a column that is not native is left out and named."""
    host.run(FORUM)
    report = snap(host.url, tmp_path, forum(kind))
    assert [row["person_id"] for row in rows_of(report, "people")] == ["ada", "bea"]
    times = [row["occurred_at"].replace(tzinfo=None) for row in rows_of(report, "activities")]
    assert times == [datetime(2024, 6, 1), datetime(2024, 6, 2)]
    assert len(rows_of(report, "interactions")) == 1
    assert report.tables["activities"].unknown_columns == ("post_number",)


def test_queries_are_run_even_where_a_kind_of_host_would_be_recognised(host, kind):
    """Who writes queries wants them."""
    chosen = choose(place_of(host.url), None, SourceConfig(sql=forum(kind)))
    assert chosen.name == "sql"


def test_a_view_is_a_table(host, kind, tmp_path):
    """So that no settings file is needed."""
    host.run(FORUM)
    for name, query in forum(kind).items():
        host.run(f"CREATE VIEW {name} AS {query.strip().rstrip(';')}")
    assert snap(host.url, tmp_path).people == 2


def test_the_same_tables_come_twice_the_same(host, kind, tmp_path):
    """To the byte, whatever the kind of database."""
    host.run(native(kind))
    first, second = (snap(host.url, tmp_path / name) for name in "ab")
    for file in sorted(first.snapshot.iterdir()):
        assert file.read_bytes() == (second.snapshot / file.name).read_bytes(), file


def test_more_rows_than_are_sent_at_a_time_all_come(host, tmp_path):
    """In their order."""
    host.run(FORUM)
    many = """
        WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < {})
        SELECT i AS person_id, 'maths' AS topic_id, '2024-06-01' AS occurred_at, 'post' AS verb
        FROM n
    """
    told = "SELECT 1 AS person_id, 2 AS contact_id, '2024-06-01' AS occurred_at, 'reply' AS verb"
    report = snap(host.url, tmp_path, {"activities": many.format(990), "interactions": told})
    assert report.people == 990


def test_a_table_that_is_missing_is_named(host, kind, fails):
    """With what it would have to hold."""
    host.run(native(kind))
    host.run("DROP TABLE interactions")
    said = fails()
    assert "has no table 'interactions'" in said
    assert "person_id, contact_id, occurred_at, verb" in said


def test_a_column_that_is_missing_is_named(host, kind, fails):
    """In a table, and in what a query gives."""
    host.run(native(kind))
    host.run("ALTER TABLE activities DROP COLUMN verb")
    assert "activities has no column 'verb'" in fails()
    host.run(FORUM)
    short = {**forum(kind), "interactions": "SELECT author AS person_id FROM posts"}
    assert "source.sql.interactions has no column 'contact_id'" in fails(queries=short)


def test_a_column_of_another_type_is_named(host, kind, fails):
    """Seconds are no time until a query says so."""
    host.run(FORUM)
    wrong = forum(kind)["activities"].replace(WHEN[kind].format("p.said"), "p.said")
    said = fails(queries={**forum(kind), "activities": wrong})
    assert "source.sql.activities: column 'occurred_at' is int" in said


def test_a_query_that_writes_is_refused(host, kind, fails, tmp_path):
    """And nothing has been written."""
    host.run(FORUM)
    for query in (
        "INSERT INTO posts VALUES (3, 'eve', NULL, 'maths', 1)",
        "UPDATE posts SET author = 'eve'",
        "DELETE FROM posts",
        "DROP TABLE posts",
        "SELECT 1; DROP TABLE posts",
    ):
        fails(queries={**forum(kind), "people": query})
    assert snap(host.url, tmp_path, forum(kind)).people == 2  # not 3, nor eve alone, nor nobody


def test_a_query_that_is_wrong_is_named_with_what_the_database_says(host, kind, fails):
    """A column and a table that are not there, and what is no SQL."""
    host.run(FORUM)
    for query in ("SELECT nothing_like_it FROM posts", "SELECT 1 FROM nothing_like_it"):
        said = fails(queries={**forum(kind), "people": query})
        assert "source.sql.people cannot be read" in said
        assert "nothing_like_it" in said
    fails(queries={**forum(kind), "people": "SELEKT"})


def test_an_empty_database_is_told_by_the_table_that_it_lacks(host, fails):
    """Rather than by nothing."""
    host.run("CREATE TABLE other (a INT)")
    assert "has no table 'activities'" in fails()


def test_a_value_that_is_too_long_spoils_its_row_alone(host, kind, tmp_path):
    """DuckDB's own columns need no such limit."""
    host.run(native(kind).replace("VARCHAR(200)", "TEXT" if kind != "mariadb" else "LONGTEXT"))
    host.run(f"INSERT INTO people (person_id, display_name) VALUES ('3', '{'x' * (2 << 20)}')")
    report = snap(host.url, tmp_path)
    if kind != "duckdb":
        assert ("people", 3, "unreadable_row", None) in reasons(report)


def test_all_tables_are_of_one_moment(host, kind, tmp_path):
    """What is written while they are read is in none of them."""
    if kind == "duckdb":
        pytest.skip("a file that is open elsewhere cannot be written")
    host.run(native(kind))
    place = place_of(host.url)
    with Engine(tmp_path, CONFIG) as engine:
        from ingestion.sources.sql.database import Rows, select
        from ingestion.sources.sql.opening import opened

        with opened(place) as database:
            columns = database.columns("people")
            if kind == "sqlite":
                with pytest.raises(Exception, match="locked"):
                    host.run("PRAGMA busy_timeout = 0; DELETE FROM people")
            else:
                host.run("DELETE FROM people")
            statement = select(database, "people", columns)
            laid = database.lay(Rows(name="p", origin="people", statement=statement), engine)
        engine.sql(f"CREATE VIEW p AS SELECT * FROM read_parquet('{laid.path}')")
        assert engine.sql("SELECT count(*) FROM p") == [(2,)]
