"""Publishing where something is in the way: a damaged version, another job, a full disk."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from recommender.domain import versions, writing
from recommender.domain.errors import CorruptVersionError, VersionNotFoundError
from tests.domain.test_versions import _add, _change, _cut, _link, _remove, publish


def verify(folder):
    """Hold a version against its manifest."""
    versions.verify_files(folder, versions.read_manifest(folder, "thing", 1))


def no_manifest(folder):
    (folder / "manifest.json").unlink()


def another_manifest(folder):
    (folder / "manifest.json").write_text("{}")


@pytest.mark.parametrize(
    "damage", [_cut, _change, _remove, _add, _link, no_manifest, another_manifest]
)
def test_publishing_again_mends_a_damaged_version(tmp_path, damage):
    """Where the content is not what its name promises, the new one takes its place."""
    folder = publish(tmp_path)
    damage(folder)
    (tmp_path / "elsewhere").unlink(missing_ok=True)
    assert publish(tmp_path) == folder
    verify(versions.resolve(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", folder.name]


def test_a_whole_version_is_not_written_anew(tmp_path):
    """Readers that have it open keep the very same files."""
    folder = publish(tmp_path)
    before = folder.stat().st_ino
    publish(tmp_path)
    assert folder.stat().st_ino == before


def test_a_version_is_checked_in_its_place_before_it_is_current(tmp_path):
    """One that does not pass never becomes so, and the one before stays in force."""
    before = publish(tmp_path)

    def refuse(folder):
        verify(folder)
        raise CorruptVersionError(str(versions.resolve(tmp_path)))

    with writing.write_aside(tmp_path) as aside:
        (aside / "data.txt").write_text("other")
        versions.seal(aside, {"kind": "thing", "format": 1})
        with pytest.raises(CorruptVersionError, match=before.name):
            versions.publish(aside, tmp_path, "v", refuse)
    assert versions.resolve(tmp_path) == before


@pytest.fixture
def first(monkeypatch):
    """Lets something happen right before the first rename to a version's own name."""

    def first(act):
        rename = Path.rename

        def late(self, target):
            if Path(target).name.startswith("v-"):
                monkeypatch.setattr(Path, "rename", rename)
                act()
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", late)

    return first


def test_another_job_that_publishes_the_same_first_is_no_failure(tmp_path, first):
    """Both looked, both found nothing there; the second keeps what the first has put there."""
    first(lambda: publish(tmp_path))
    folder = publish(tmp_path)
    verify(versions.resolve(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", folder.name]


def test_what_another_job_leaves_there_must_be_whole(tmp_path, first):
    """Half a version under the name is an error, not a version."""
    name = publish(tmp_path / "elsewhere").name

    def half():
        (tmp_path / "root" / name / "inner").mkdir(parents=True)

    first(half)
    with pytest.raises(OSError, match=r"not empty|exists"):
        publish(tmp_path / "root")
    assert not (tmp_path / "root" / "CURRENT").exists()


def test_an_export_stays_where_its_successor_cannot_be_put(tmp_path, monkeypatch):
    """The old folder comes back when the second rename fails."""
    target = tmp_path / "lists"
    target.mkdir()
    (target / "part").write_text("old")
    rename = Path.rename
    with writing.write_aside(tmp_path) as aside:
        (aside / "part").write_text("new")

        def refuse(self, to):
            if self == aside:
                raise OSError(errno.ENOSPC, "No space left on device", str(self))
            return rename(self, to)

        monkeypatch.setattr(Path, "rename", refuse)
        with pytest.raises(OSError, match="No space"):
            writing.replace_folder(aside, target)
    assert (target / "part").read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"two\nlines", b"x" * 10_000])
def test_a_current_that_is_no_name_is_one_line(tmp_path, content):
    """It is named, with what it holds and what could be activated."""
    folder = publish(tmp_path)
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(VersionNotFoundError, match="CURRENT") as caught:
        versions.resolve(tmp_path)
    said = str(caught.value)
    assert folder.name in said
    assert "\n" not in said
    assert len(said) < 1000


def test_a_version_can_be_kept_without_becoming_current(tmp_path):
    """It is there to be found and activated; what is current stays so."""
    before = publish(tmp_path)
    with writing.write_aside(tmp_path) as aside:
        (aside / "data.txt").write_text("other")
        versions.seal(aside, {"kind": "thing", "format": 1})
        kept = versions.put(aside, tmp_path, "v")
    verify(kept)
    assert versions.resolve(tmp_path) == before
    versions.activate(tmp_path, kept.name)
    assert versions.resolve(tmp_path) == kept
