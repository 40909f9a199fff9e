"""What goes wrong with databases: one line each, no password in it, and nothing published."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.snapshot import ingest
from ingestion.sources import place_of
from ingestion.sources.sql.database import Rows
from ingestion.sources.sql.opening import opened
from ingestion.sources.sql.urls import url_of
from recommender import cli
from recommender.domain.config import SourceConfig
from recommender.domain.errors import InputDataError, InvalidArgumentError, OutputError
from tests.databases import server
from tests.ingestion.sources.hosts import MARIADB, host_database, mysql
from tests.ingestion.sources.test_sql import FORUM, NATIVE, snap
from tests.ingestion.tables import CONFIG, reasons, rows_of

SECRET = "pa/s:s@w%ord"


@pytest.fixture
def fails(tmp_path):
    """Ingests what must be refused, leaving nothing behind, and returns what is said."""

    def fails(url):
        with pytest.raises(InputDataError) as caught:
            snap(url, tmp_path)
        assert not (tmp_path / "out").exists()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return fails


@pytest.mark.parametrize("scheme", ["postgresql", "mysql", "mariadb"])
def test_a_server_that_does_not_answer_is_said(scheme, fails, monkeypatch):
    """Without the password that the environment has."""
    monkeypatch.setenv("FORUM_PASSWORD", SECRET)
    said = fails(f"{scheme}://reader:${{FORUM_PASSWORD}}@127.0.0.1:1/forum")
    assert said.startswith(f"{scheme}://reader:***@127.0.0.1:1/forum cannot be reached: ")
    assert "refused" in said
    assert SECRET not in said


def test_a_user_whom_the_server_does_not_know_is_said(fails, monkeypatch):
    """By name, without the password."""
    monkeypatch.setenv("FORUM_PASSWORD", SECRET)
    with mysql():
        said = fails("mysql://nobody_here:${FORUM_PASSWORD}@127.0.0.1:3306/forum")
    assert "Access denied for user 'nobody_here'" in said
    assert SECRET not in said


def test_a_role_or_database_that_is_not_there_is_said(fails):
    """As the server says it."""
    with server():
        assert "nobody_here" in fails("postgresql://nobody_here@127.0.0.1:5432/postgres")
        assert "no_such_forum" in fails("postgresql://postgres@127.0.0.1:5432/no_such_forum")
    with mysql():
        assert "no_such_forum" in fails(f"{MARIADB}/no_such_forum")


def test_an_option_that_the_driver_does_not_know_is_said(fails):
    """Whether the driver or Python minds it."""
    with server():
        assert "cannot be reached" in fails("postgresql://postgres@127.0.0.1/postgres?colour=red")
    with mysql():
        assert "cannot be reached" in fails(f"{MARIADB}/test?colour=red")


def test_a_password_is_shown_nowhere(tmp_path, capsys, monkeypatch):
    """Whatever characters it has, wherever it stands, in any message of the command."""
    monkeypatch.setenv("PLN_DEBUG", "0")
    for url in (
        f"postgresql://reader:{SECRET}@127.0.0.1:1/forum",
        f"postgresql://127.0.0.1:1/forum?user=reader&password={SECRET}",
        f"postgres://reader:{SECRET}@127.0.0.1:1/forum",
        f"mysql://reader:{SECRET}@127.0.0.1:1/forum?passwd={SECRET}",
        f"mysql://reader:{SECRET}@127.0.0.1:1",
        f"mariadb://reader:{SECRET}@127.0.0.1:port/forum",
    ):
        assert cli.run(["ingest", url, "--out", str(tmp_path / "out")]) in (2, 3)
        told = capsys.readouterr()
        said = told.out + told.err
        assert told.err.rpartition("pln: ")[2].count("\n") == 1
        for part in ("pa/s", "s@w", "w%ord"):
            assert part not in said, said


def test_the_environment_fills_every_part_of_a_url(monkeypatch):
    """With what it holds, not what that would mean in a URL."""
    for name, value in {"U": "me", "P": SECRET, "H": "db.example", "D": "for/um", "S": "x"}.items():
        monkeypatch.setenv(name, value)
    place = Place(url="postgresql://${U}:${P}@${H}:5433/${D}?sslmode=${S}")
    url = url_of(place)
    assert (url.username, url.password, url.host, url.port) == ("me", SECRET, "db.example", 5433)
    assert (url.database, dict(url.query)) == ("for/um", {"sslmode": "x"})
    assert SECRET not in str(place)


def test_a_variable_that_is_not_set_is_named(monkeypatch):
    """Rather than an empty password tried."""
    monkeypatch.delenv("FORUM_PASSWORD", raising=False)
    with pytest.raises(
        InvalidArgumentError, match="the variable FORUM_PASSWORD, which its URL names"
    ):
        url_of(Place(url="mysql://me:${FORUM_PASSWORD}@host/forum"))


@pytest.mark.parametrize("url", ["mysql://me@host", "sqlite://", "mysql://h:port/x", "mysql:/x"])
def test_what_names_no_database_is_misuse(url):
    """Said before anything is tried."""
    with pytest.raises(InvalidArgumentError, match="SOURCE"):
        url_of(Place(url=url))


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_file_that_is_not_there_is_not_made(scheme, fails, tmp_path):
    """Nor one that is no database changed."""
    path = tmp_path / "forum.db"
    assert "there is no file" in fails(f"{scheme}:///{path}")
    assert not path.exists()
    path.write_bytes(bytes(range(256)) * 20)
    fails(f"{scheme}:///{path}")
    assert path.read_bytes() == bytes(range(256)) * 20


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_file_is_recognised_by_how_it_begins(kind, tmp_path):
    """Whatever it is called; no URL is needed."""
    with host_database(kind, tmp_path) as host:
        host.run(NATIVE)
        path = host.url.partition("///")[2]
        assert snap(path, tmp_path).people == 2


def test_text_that_is_no_utf8_spoils_its_row_alone(tmp_path):
    """SQLite keeps any bytes as text, and any value in any column."""
    path = tmp_path / "host.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(NATIVE)
        connection.execute("INSERT INTO people (person_id, display_name) VALUES (3, X'C328')")
        connection.execute(
            "INSERT INTO people (person_id, display_name) VALUES (4, CAST(X'C328' AS TEXT))"
        )
        connection.execute("INSERT INTO people (person_id) VALUES (X'00')")
        connection.execute("INSERT INTO activities VALUES (1, 'maths', 'tomorrow', 'post', 'lots')")
        connection.commit()
    report = snap(path, tmp_path)
    assert [("people", row) for row in (3, 4, 5)] == [
        (table, row) for table, row, reason, _ in reasons(report) if reason == "unreadable_row"
    ]
    assert ("activities", 3, "unparsable_time", "occurred_at") in reasons(report)
    errors = {row["row"]: row["value"] for row in rows_of(report, "quarantine")}
    assert "display_name is bytes" in errors[3]
    assert "not UTF-8" in errors[4]


def test_times_that_python_cannot_hold_are_bad_values(tmp_path):
    """PostgreSQL has infinity, and years that nobody will see."""
    with host_database("postgresql", tmp_path) as host:
        host.run(NATIVE)
        host.run("INSERT INTO activities VALUES (3, 'maths', 'infinity', 'post', 'NaN')")
        host.run("INSERT INTO activities VALUES (4, 'maths', '20000-01-01', 'post', 1)")
        host.run("INSERT INTO activities VALUES (5, 'maths', '0044-03-15 BC', 'post', 1)")
        found = reasons(snap(host.url, tmp_path))
    assert ("activities", 3, "unparsable_time", "occurred_at") in found
    assert ("activities", 5, "unparsable_time", "occurred_at") in found


def test_a_connection_that_is_lost_half_way_is_said(tmp_path):
    """Whoever ended it; PostgreSQL's server, here, while rows are still to come."""
    with host_database("postgresql", tmp_path) as host, server() as admin:
        host.run(FORUM)
        said = _cut(
            host.url,
            tmp_path,
            "pg_backend_pid()",
            lambda pid: admin.execute("SELECT pg_terminate_backend(%s)", [int(pid)]),
            "generate_series(1, 200000) AS n(i)",
        )
    assert "source.sql.activities cannot be read" in said


def test_a_connection_that_is_lost_half_way_is_said_by_mariadb(tmp_path):
    """Likewise, where rows stream without being asked for."""
    with host_database("mariadb", tmp_path) as host, mysql() as admin:
        host.run(FORUM)
        said = _cut(
            host.url,
            tmp_path,
            "connection_id()",
            lambda pid: admin.cursor().execute(f"KILL {int(pid)}"),
            "seq_1_to_2000000 AS n",
        )
    assert "source.sql.activities cannot be read" in said


def _cut(url, folder, pid, kill, many):
    """What is said where a connection is ended while its rows are read."""
    wide = "'" + "x" * 500 + "'"
    statement = f"SELECT {pid} AS person_id, {wide} AS topic_id FROM {many}"
    with Engine(folder, CONFIG) as engine, opened(place_of(url)) as database:
        told = Rows(name="a", origin="source.sql.activities", statement=f"SELECT {pid} AS p")
        laid = database.lay(told, engine)
        [(number,)] = engine.sql(f"SELECT p FROM read_parquet('{laid.path}')")
        timer = threading.Timer(0.05, kill, [number])
        timer.start()
        rows = Rows(name="a", origin="source.sql.activities", statement=statement)
        said = ""
        while not said:
            try:
                database.lay(rows, engine)
            except InputDataError as error:
                said = str(error)
        timer.join()
    assert "\n" not in said
    return said


def test_a_table_that_may_not_be_read_is_said(tmp_path, fails):
    """With what the server says of rights."""
    reader = f"pln_test_{secrets.token_hex(8)}"
    with server() as admin:
        admin.execute(f"CREATE ROLE {reader} LOGIN")
        try:
            with host_database("postgresql", tmp_path) as host:
                host.run(NATIVE)
                schema = host.url.rpartition("%3D")[2]
                admin.execute(f"GRANT USAGE ON SCHEMA {schema} TO {reader}")
                said = fails(host.url.replace("postgres@", f"{reader}@"))
        finally:
            admin.execute(f"DROP ROLE {reader}")
    assert "permission denied for table" in said


NEVER = {
    "postgresql": "pg_sleep(600)",
    "mariadb": "(SELECT sleep(600)) AS s",
    "sqlite": "(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT count(*) FROM n) AS s",
    "duckdb": "(SELECT sum(hash(range)) FROM range(1000000000000)) AS s",
}
"""What takes very long, by kind of database."""


@pytest.mark.parametrize("kind", NEVER)
def test_a_query_that_takes_too_long_is_ended(kind, tmp_path):
    """Whatever the database is at; nothing is published."""
    statement = f"SELECT 'a' AS person_id, 't' AS topic_id, 1 AS n FROM {NEVER[kind]}"
    config = replace(CONFIG, time_limit_minutes=0.02)
    with host_database(kind, tmp_path) as host:
        host.run(FORUM)
        queries = SourceConfig(sql={"activities": statement, "interactions": statement})
        with pytest.raises(OutputError, match=r"not done after 0\.02 minutes"):
            ingest(host.url, tmp_path / "out", config, sources=queries)
    assert not (tmp_path / "out").exists()
