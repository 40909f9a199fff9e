"""Histories of git repositories: who did what, who had to do with whom, and what is refused."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.git import GitHistory, log, run
from recommender.domain.errors import InputDataError
from tests.ingestion.examples import git_repository
from tests.ingestion.tables import CONFIG, reasons, rows_of, snap

SOURCE = GitHistory()
ADA, BEA, CY, EVE = (
    sha256(f"{name}@example.org".encode()).hexdigest()[:20] for name in ("ada", "bea", "cy", "eve")
)


@pytest.fixture
def repository(tmp_path):
    return git_repository(tmp_path / "history.git")


@pytest.fixture
def native(tmp_path):
    """Reads native tables from repositories, as lists of rows without their empty columns."""

    def native(*paths):
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        with Engine(work, CONFIG) as engine:
            tables = SOURCE.tables(Place(paths=paths), engine)
            rows = {name: pq.read_table(part.path).to_pylist() for name, (part,) in tables.items()}
        return {
            name: [{k: v for k, v in row.items() if v is not None} for row in found]
            for name, found in rows.items()
        }

    return native


def git(folder, *words, **more):
    """Run git there and return what it prints."""
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    command = ["git", "-C", folder, *who, *words]
    return subprocess.run(command, check=True, capture_output=True, **more).stdout.decode().strip()


def work_tree(folder, message="Begin", files=("a.txt",)):
    """A work tree with one commit."""
    subprocess.run(["git", "init", "-q", "--template=", folder], check=True)
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return folder


def of(rows, **values):
    """The rows that have all these values."""
    return [row for row in rows if all(row.get(k) == v for k, v in values.items())]


def test_a_commit_is_an_activity_in_the_folders_of_its_files(native, repository):
    """With the file as object, the author's time in UTC, and the weight of one shared out."""
    rows = of(native(repository)["activities"], _row=10, verb="commit")
    assert rows == [
        {
            "_file": 0,
            "_row": 10,
            "person_id": BEA,
            "topic_id": "lib/text",
            "occurred_at": "2024-03-02T08:00:00+00:00",
            "verb": "commit",
            "object_id": f"lib/text/count.{end}",
            "weight": "0.5000",
        }
        for end in "ch"
    ]


def test_who_reviews_or_tests_addresses_the_author(native, repository):
    """On the folder of the commit, and was active there as well."""
    tables = native(repository)
    rows = of(tables["interactions"], _row=10)
    assert [(r["person_id"], r["contact_id"], r["verb"], r["topic_id"]) for r in rows] == sorted(
        [(ADA, BEA, "review", "lib/text"), (CY, BEA, "test", "lib/text")]
    )
    assert {row["occurred_at"] for row in rows} == {"2024-03-02T08:00:00+00:00"}
    assert len(of(tables["activities"], person_id=ADA, verb="review", _row=10)) == 2


def test_co_authors_address_one_another(native, repository):
    """Both ways; who reviews their work addresses the author alone."""
    rows = of(native(repository)["interactions"], _row=9)
    assert {(r["person_id"], r["contact_id"], r["verb"]) for r in rows} == {
        (CY, BEA, "co-edit"),
        (BEA, CY, "co-edit"),
        (ADA, CY, "review"),
    }


def test_people_are_told_apart_by_address_through_the_mailmap(native, repository):
    """They go by a hash of it, show their latest name, and joined when they were first seen."""
    people = native(repository)["people"]
    assert {row["person_id"]: (row["display_name"], row["joined_at"][:10]) for row in people} == {
        ADA: ("Ada Lovelace", "2024-03-01"),
        BEA: ("Béa Ünal", "2024-03-02"),
        CY: ("Cy Young", "2024-03-02"),
        EVE: ("Eve", "2024-03-07"),
    }
    assert "@" not in str(people)


def test_bots_and_people_without_an_address_do_nothing(native, repository):
    """Nor does anybody review a bot; nor does a sign-off say anything."""
    tables = native(repository)
    done = {(row["_row"], row["verb"]) for row in tables["activities"]}
    assert (8, "commit") not in done
    assert (4, "commit") not in done
    assert not of(tables["interactions"], _row=8)
    assert sha256(b"dan@example.org").hexdigest()[:20] not in str(tables)


def test_a_sweep_counts_for_its_fullest_folders_and_for_no_file(native, repository):
    """Five of them at most, with most files first."""
    rows = of(native(repository)["activities"], _row=7)
    assert {row["topic_id"] for row in rows} == {
        "lib/text", "lib/net", "docs/a", "docs/b", "docs/c",
    }  # fmt: skip
    assert {row["weight"] for row in rows} == {"0.2000"}
    assert not any("object_id" in row for row in rows)


def test_merges_are_left_out_and_what_they_bring_is_not(native, repository):
    """The commit of a side branch counts where it was made."""
    tables = native(repository)
    assert of(tables["activities"], object_id="lib/net/side.c", person_id=CY)
    assert not of(tables["interactions"], occurred_at="2024-03-08T08:00:00+00:00")


def test_an_empty_commit_has_no_topic_but_its_people(native, repository):
    """So it is no activity."""
    tables = native(repository)
    assert not of(tables["activities"], _row=5)
    (tie,) = of(tables["interactions"], _row=5)
    assert (tie["person_id"], tie["contact_id"], tie["verb"]) == (EVE, BEA, "suggest")
    assert "topic_id" not in tie


def test_folders_are_topics_within_one_another_and_files_are_objects(native, repository):
    """Two levels; what lies in no folder has a topic of its own."""
    tables = native(repository)
    topics = {row["topic_id"]: row.get("parent_topic_id") for row in tables["topics"]}
    assert topics == {
        ".": None, "docs": None, "docs/a": "docs", "docs/b": "docs", "docs/c": "docs",
        "lib": None, "lib/net": "lib", "lib/text": "lib",
    }  # fmt: skip
    (top,) = of(tables["topics"], topic_id=".")
    assert top["label"] == "top folder"
    (count,) = of(tables["objects"], object_id="docs/count.md")
    assert (count["topic_id"], count["title"]) == ("docs", "docs/count.md")


def test_a_repository_becomes_a_snapshot(repository, tmp_path):
    """What is odd is set aside, with the place of its commit in the log."""
    report = snap(repository, tmp_path / "out", as_of=None)
    assert {row["display_name"] for row in rows_of(report, "people")} == {
        "Ada Lovelace", "Béa Ünal", "Cy Young", "Eve",
    }  # fmt: skip
    where = str(repository)
    assert sorted(reasons(report)) == [
        (where, 1, "future_time", "occurred_at"),
        (where, 3, "bad_id", "object_id"),
        (where, 3, "bad_id", "object_id"),
    ]
    assert "lib/latin�.c" in {row["object_id"] for row in rows_of(report, "objects")}


def test_several_repositories_are_one_community(native, repository, tmp_path):
    """Topics and objects begin with the name of their repository; people are the same."""
    other = work_tree(tmp_path / "tools", files=("a.txt", "deep/er/still/b.txt"))
    tables = native(repository, other)
    rows = of(tables["activities"], _file=1)
    assert {(r["person_id"], r["topic_id"], r["object_id"]) for r in rows} == {
        (ADA, "tools", "tools/a.txt"),
        (ADA, "tools/deep/er", "tools/deep/er/still/b.txt"),
    }
    parents = {row["topic_id"]: row.get("parent_topic_id") for row in tables["topics"]}
    assert parents["tools/deep/er"] == "tools/deep"
    assert parents["history/lib"] == "history"
    assert parents["history"] is None


HOSTILE = """
[core]
    fsmonitor = {ran}
    hooksPath = {hooks}
    pager = {ran}
    editor = {ran}
    sshCommand = {ran}
    gitProxy = {ran}
[pager]
    log = {ran}
[log]
    showSignature = true
    showRoot = false
[gpg]
    program = {ran}
[diff]
    external = {ran}
    relative = true
    orderFile = {fifo}
[diff "mine"]
    textconv = {ran}
    command = {ran}
[filter "mine"]
    clean = {ran}
    smudge = {ran}
    process = {ran}
[alias]
    log = !{ran}
    check-mailmap = !{ran}
[trailer "Reviewed-by"]
    command = {ran}
    cmd = {ran}
[mailmap]
    file = {fifo}
[extensions]
    partialClone = origin
[remote "origin"]
    promisor = true
    url = {other}
    uploadpack = {ran}
"""


@pytest.mark.parametrize("gap", [False, True])
def test_a_hostile_repository_runs_nothing(tmp_path, native, gap, monkeypatch):
    """Whatever its settings name, even where an object is missing that could be fetched."""
    trace, ran, fifo = tmp_path / "trace", tmp_path / "ran", tmp_path / "fifo"
    ran.write_text(f"#!/bin/sh\ntouch {trace}\n")
    ran.chmod(0o755)
    subprocess.run(["mkfifo", fifo], check=True)
    other = work_tree(tmp_path / "other")
    folder = work_tree(tmp_path / "hostile", "Begin\n\nReviewed-by: Bea <bea@example.org>")
    (folder / ".gitattributes").write_text("* diff=mine filter=mine\n")
    hooks = folder / ".git/hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "post-checkout"):
        (hooks / name).symlink_to(ran)
    if gap:
        tree = git(folder, "rev-parse", "HEAD^{tree}")
        (folder / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with (folder / ".git/config").open("a") as config:
        config.write(HOSTILE.format(ran=ran, hooks=hooks, fifo=fifo, other=other))
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND"):
        monkeypatch.setenv(name, str(ran))
    monkeypatch.setattr(run, "SILENCE_SECONDS", 20)
    if gap:
        with pytest.raises(InputDataError, match="git cannot read its history"):
            native(folder)
    else:
        assert [row["verb"] for row in native(folder)["interactions"]] == ["review"]
    assert not trace.exists()


def test_what_steers_git_from_outside_does_not(native, repository, tmp_path, monkeypatch):
    """Another repository that the environment names is not read."""
    other = work_tree(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert len(native(repository)["people"]) == 4


def test_a_broken_repository_is_not_mistaken_for_the_one_around_it(native, tmp_path):
    """Git would look further up."""
    work_tree(tmp_path)
    (tmp_path / "inner/.git").mkdir(parents=True)
    with pytest.raises(InputDataError, match="not a git repository"):
        native(tmp_path / "inner")


def test_a_repository_without_a_commit_is_refused(native, tmp_path):
    """In one line that names it."""
    subprocess.run(["git", "init", "-q", tmp_path / "new"], check=True)
    with pytest.raises(InputDataError, match=r"new: git cannot read its history: .*HEAD"):
        native(tmp_path / "new")


def test_a_history_whose_end_is_missing_is_refused(native, tmp_path):
    """What follows cannot be known."""
    folder = work_tree(tmp_path / "cut")
    first = git(folder, "rev-parse", "HEAD")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Second")
    (folder / ".git/objects" / first[:2] / first[2:]).unlink()
    with pytest.raises(InputDataError, match=r"cut: git cannot read its history"):
        native(folder)


def test_a_repository_of_somebody_else_is_said_to_be_one():
    """With the way to trust it."""
    said = "fatal: detected dubious ownership in repository at '/x'\nTo add an exception\n"
    assert run._why(Path("/x"), said) == (
        "/x belongs to somebody else, so git does not read it; where you trust it, "
        "run: git config --global --add safe.directory /x"
    )


def test_without_git_that_is_said(native, repository, monkeypatch):
    """And what to do."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(InputDataError, match="git is not on this machine"):
        native(repository)


def test_git_that_falls_silent_is_given_up(native, tmp_path, monkeypatch):
    """A mailmap that never ends."""
    folder = work_tree(tmp_path / "silent")
    subprocess.run(["mkfifo", folder / ".mailmap"], check=True)
    monkeypatch.setattr(run, "SILENCE_SECONDS", 0.5)
    with pytest.raises(InputDataError, match=r"git has said nothing for 0\.5 seconds"):
        native(folder)


def test_trailers_without_end_spoil_their_commit_alone(native, tmp_path):
    """As a row that stands for it."""
    many = "\n".join(f"Reviewed-by: P{n} <p{n}@example.org>" for n in range(5_000))
    folder = work_tree(tmp_path / "many")
    git(folder, "commit", "-q", "--allow-empty", "-F", "-", input=f"Second\n\n{many}\n".encode())
    tables = native(folder)
    assert [row.get("_error") for row in tables["activities"]] == [
        f"its trailers are longer than {log.MAX_FIELD} bytes",
        None,
    ]
    assert len(tables["people"]) == 1


def test_only_so_many_people_of_a_commit_count(native, tmp_path):
    """So that a list of names does not tie everybody to everybody."""
    many = "\n".join(f"Co-authored-by: P{n} <p{n}@example.org>" for n in range(100))
    folder = work_tree(tmp_path / "many", f"Begin\n\n{many}")
    assert len(native(folder)["interactions"]) == (log.MAX_NAMED + 1) * log.MAX_NAMED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada <ada@example.org>", "Ada <ada@example.org>"),
        ("  'A'\t B  <ada@example.org> (on list)", "'A' B <ada@example.org>"),
        ("<ada@example.org>", "<ada@example.org>"),
        ("Ada", ""),
        ("Ada <>", ""),
        ("Ada <a b>", ""),
        ("<" * 100_000, ""),
        ("x" * 300 + "<a@b>", "x" * 200 + " <a@b>"),
    ],
)
def test_a_contact_is_a_name_and_an_address(text, found):
    """Whatever stands around them."""
    assert log.contact(text) == found
