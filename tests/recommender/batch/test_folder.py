"""A folder as a place for an export: what it may take the place of, and what stays."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from recommender.batch import Asked, export
from recommender.batch.folder import Folder
from recommender.batch.places import fixed
from recommender.domain.errors import OutputError
from tests.recommender.exported import rows_of

ASKED = Asked(top=5, people_per_part=2)


@pytest.fixture
def disk(tmp_path):
    """A folder on what may be another disk, and a link to where lists lie there."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "lists").symlink_to(tmp_path / "disk" / "lists")
    return tmp_path / "disk"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_link_stays_and_what_it_leads_to_is_replaced(built, disk, workers):
    """Also where it leads to nothing yet, which is all that several processes could miss."""
    link = disk.parent / "lists"
    for world, at_work in (("two_cliques", workers), ("workplaces", 1)):
        model = built(world).model_folder
        assert export(model, link, ASKED, workers=at_work).out == str(link)
        assert link.is_symlink()
        assert {row["model"] for row in rows_of(disk / "lists")} == {model.name}
    assert [path.name for path in disk.iterdir()] == ["lists"]
    assert sorted(path.name for path in disk.parent.iterdir()) == ["disk", "lists"]


def test_a_link_and_what_it_leads_to_are_one_place(disk):
    """So two exports to it meet, and go on with the same parts."""
    link, real = Folder(disk.parent / "lists"), Folder(disk / "lists")
    assert link.work == real.work
    assert fixed(disk.parent / "lists") == str(disk / "lists")
    assert fixed(disk / "lists") == str(disk / "lists")


@pytest.mark.parametrize("content", [True, False])
def test_what_a_link_leads_to_is_replaced_only_where_it_is_an_export(built, disk, content):
    """The error names the link, as it was given."""
    if content:
        (disk / "lists").mkdir()
        (disk / "lists" / "mine").touch()
    else:
        (disk / "lists").touch()
    with pytest.raises(OutputError, match="^" + str(disk.parent / "lists")):
        export(built("workplaces").model_folder, disk.parent / "lists", ASKED, workers=1)
    assert (disk.parent / "lists").is_symlink()


def test_a_link_to_itself_is_refused(built, tmp_path):
    """Before anything is made."""
    (tmp_path / "out").symlink_to(tmp_path / "out")
    with pytest.raises(OutputError, match="out is a link that leads to itself"):
        export(built("workplaces").model_folder, tmp_path / "out", ASKED, workers=1)


@pytest.mark.parametrize("method", ["is_symlink", "exists", "is_dir", "iterdir"])
def test_a_folder_that_may_not_be_looked_at_is_said_to_be(built, tmp_path, monkeypatch, method):
    """On one line, with what to do."""
    out, ask = tmp_path / "out", getattr(Path, method)
    out.mkdir()

    def refuse(self, *words):
        if self == out:
            raise PermissionError(errno.EACCES, "Permission denied", str(out))
        return ask(self, *words)

    monkeypatch.setattr(Path, method, refuse)
    said = rf"^{out} cannot be looked at \(Permission denied\); name another folder, or have"
    with pytest.raises(OutputError, match=said):
        export(built("workplaces").model_folder, out, ASKED, workers=1)


def test_urls_are_places_of_their_own():
    """And no paths."""
    assert fixed("s3://lists/../x?region=y") == "s3://lists/../x?region=y"
