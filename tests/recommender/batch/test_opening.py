"""A model that is replaced or removed while its lists are made: never are two in one export."""

from __future__ import annotations

import shutil

import pytest

from recommender.batch import Asked, export
from recommender.batch.folder import Folder
from recommender.batch.opening import Job
from recommender.domain.errors import OutputError
from recommender.domain.versions import activate, publish

ASKED = Asked(top=5, people_per_part=2)


@pytest.fixture
def model(built):
    return built("workplaces").model_folder


@pytest.fixture
def whole(model, tmp_path):
    """The bytes of the export when nothing happens to its model."""
    make(model, tmp_path / "whole")
    return content(tmp_path / "whole")


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def make(model, out, workers=1):
    return export(model, out, ASKED, workers=workers)


def test_a_model_that_is_replaced_meanwhile_changes_nothing(
    built, model, whole, tmp_path, monkeypatch
):
    """What was current when the export began makes all of its lists."""
    root, keep = tmp_path / "models", Folder.keep
    root.mkdir()
    for folder in (model, built("two_cliques").model_folder):
        aside = tmp_path / "aside"
        shutil.copytree(folder, aside)
        publish(aside, root, folder.name.rpartition("-")[0])
    activate(root, model.name)

    def kept(self, made):
        activate(root, built("two_cliques").model_folder.name)
        keep(self, made)

    monkeypatch.setattr(Folder, "keep", kept)
    make(root, tmp_path / "out")
    assert content(tmp_path / "out") == whole


def test_a_link_that_leads_elsewhere_meanwhile_changes_nothing(
    built, model, whole, tmp_path, monkeypatch
):
    """The model is the one that it led to when the export began, and has its name."""
    latest, keep = tmp_path / "latest", Folder.keep
    latest.symlink_to(model)

    def kept(self, made):
        latest.unlink()
        latest.symlink_to(built("two_cliques").model_folder)
        keep(self, made)

    monkeypatch.setattr(Folder, "keep", kept)
    make(latest, tmp_path / "out")
    assert content(tmp_path / "out") == whole


def replacing(path, other):
    """Have another model at the very path of one, as whoever copies models about may."""
    shutil.rmtree(path)
    shutil.copytree(other, path)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_that_another_takes_the_place_of_makes_no_lists(
    built, model, tmp_path, monkeypatch, workers
):
    """With one process before it is opened, with more before each of them has it open."""
    path, opened = tmp_path / "models" / "one", Job.open
    shutil.copytree(model, path)

    def late(job):
        other = built("two_cliques").model_folder
        found = opened(job) if workers > 1 else None
        replacing(path, other)
        return found or opened(job)

    with monkeypatch.context() as patch:
        patch.setattr(Job, "open", late)
        with pytest.raises(OutputError, match=r"models/one was replaced .* same command again"):
            make(path, tmp_path / "out", workers=workers)
    assert not (tmp_path / "out").exists()
    report = make(path, tmp_path / "out")
    assert (report.resumed, report.people) == (0, len(built("two_cliques").people))


def test_a_model_that_is_removed_meanwhile_is_named(built, model, tmp_path):
    """Be it the one that lists are compared with; another one may be there when it begins again."""
    path = tmp_path / "base"
    shutil.copytree(built("two_cliques").model_folder, path)
    job = Job.pinned(model, Asked(), path)
    assert job.asked.changed_since == "base"
    job.check()
    shutil.rmtree(path)
    with pytest.raises(OutputError, match="base was replaced or removed"):
        job.open()
