"""Repositories that are broken, mean harm or have no end: they are refused, and run nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ingestion.sources.git import log, run
from recommender.domain.errors import InputDataError
from tests.ingestion.sources.repositories import git, work_tree

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
