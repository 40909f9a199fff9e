"""Opening a store: the tables are made or mended, and what is no store of ours is refused."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

import recommender.store.migrations
from recommender.domain.errors import InvalidArgumentError, StoreUnavailableError
from recommender.store import LearnerStore
from recommender.store.migrating import HEAD, VERSION_TABLE
from recommender.store.tables import METADATA
from tests.databases import database
from tests.store.values import activity

ROOT = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_that_the_store_uses(store):
    """Columns, keys and indexes; on both kinds of database."""
    with store._database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_that_is_looked_for():
    """One line of them, which ends at the head that the store knows."""
    scripts = ScriptDirectory(str(Path(recommender.store.migrations.__file__).parent))
    assert scripts.get_heads() == [HEAD]


def test_a_store_is_made_once_and_then_found(url):
    """The second to open it finds what the first wrote."""
    first = LearnerStore.open(url)
    assert first.before == ""
    with first.writing("t") as work:
        work.add_events([activity(1)])
    first.close()
    second = LearnerStore.open(url)
    assert (second.before, second.position("t")) == (HEAD, 1)
    second.close()


def test_processes_that_open_an_empty_database_at_once_make_it_once(url):
    """One migrates, the others wait."""
    code = f"from recommender.store import LearnerStore as s; print(s.open({url!r}, 30).key('t'))"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    running = [
        subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(4)
    ]
    said = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert len(said) == 1


def test_a_store_of_a_newer_version_is_refused(url):
    """Naming both versions."""
    store = LearnerStore.open(url)
    with store._database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreUnavailableError, match=f"9999, which is newer .* {HEAD}"):
        LearnerStore.open(url)


def other_program(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mail (id)")
    connection.close()


REFUSED = {
    "no database": (lambda path: path.write_bytes(b"x" * 5000), "not a database"),
    "another program's": (other_program, "another program"),
    "a folder": (lambda path: path.mkdir(), "is no file"),
    "no folder for it": (lambda path: path.parent.rmdir(), "there is no folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_store_is_refused(tmp_path, case):
    """In one line that names it, and it stays as it is."""
    spoil, said = REFUSED[case]
    path = tmp_path / "in" / "learners.db"
    path.parent.mkdir()
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreUnavailableError, match=said) as caught:
        LearnerStore.open(f"sqlite:///{path}")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert before == (path.read_bytes() if path.is_file() else None)


@pytest.mark.parametrize(
    "url", ["", "learners.db", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "sqlite+x:///y"]
)
def test_what_is_no_url_of_a_store_is_refused(url):
    """With what to write instead."""
    with pytest.raises(InvalidArgumentError, match=r"^store\.url: "):
        LearnerStore.open(url)


def test_the_file_is_nobody_elses_to_read(file_store, tmp_path):
    """It is about people."""
    for file in tmp_path.glob("learners.db*"):
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_a_file_that_others_could_read_is_closed_to_them(file_store, tmp_path):
    """As one is that was copied back from a backup; what lies beside it, too."""
    for file in tmp_path.glob("learners.db*"):
        file.chmod(0o644)
    LearnerStore.open(f"sqlite:///{tmp_path / 'learners.db'}").close()
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("learners.db*")}
    assert "learners.db" in modes
    assert set(modes.values()) == {0o600}


def test_a_file_that_cannot_be_closed_to_others_is_refused(file_store, tmp_path, monkeypatch):
    """As one is of another user; it says what is to be done."""
    (tmp_path / "learners.db").chmod(0o640)

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(StoreUnavailableError, match="have its owner run chmod 600"):
        LearnerStore.open(f"sqlite:///{tmp_path / 'learners.db'}")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://pln:hunter2@127.0.0.1:1/none",
        "postgresql://127.0.0.1:1/none?user=pln&password=hunter2",
        "postgresql://pln@127.0.0.1:1/none?sslmode=verify-full&sslpassword=hunter2",
    ],
)
def test_a_password_is_never_told(url):
    """Neither by the error nor by what it comes from, wherever in the URL it stands."""
    with pytest.raises(StoreUnavailableError) as caught:
        LearnerStore.open(url)
    assert "127.0.0.1:1/none" in str(caught.value)
    cause: BaseException | None = caught.value
    while cause is not None:
        assert "hunter2" not in str(cause)
        cause = cause.__cause__ or cause.__context__


def test_a_password_that_tears_its_url_apart_is_refused_untold():
    """An @ in it would make its end a part of the host."""
    with pytest.raises(InvalidArgumentError, match="write %40") as caught:
        LearnerStore.open("postgresql://pln:x@hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(caught.value)


def test_a_shared_postgres_keeps_its_other_tables(tmp_path):
    """Ours have names of their own."""
    with database("postgres", tmp_path) as url:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE mail (id int)"))
        LearnerStore.open(url).close()
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM mail")).scalar() == 0
        engine.dispose()


def test_a_wheel_holds_the_migrations(tmp_path):
    """Whoever installs the package can open a store."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    steps = sorted((ROOT / "recommender/store/migrations/versions").glob("v*.py"))
    names = zipfile.ZipFile(wheel).namelist()
    assert steps
    for step in steps:
        assert str(step.relative_to(ROOT)) in names
