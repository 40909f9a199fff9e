"""Versioned folders: a reader sees an old version or a new one, never half of one."""

from __future__ import annotations

import json
import os

import pytest

from recommender.domain import versions, writing
from recommender.domain.errors import CorruptVersionError, VersionNotFoundError

FACTS = {"kind": "thing", "format": 1}


def publish(root, text="hello", prefix="v"):
    """Publish a version with one file."""
    with writing.write_aside(root) as aside:
        (aside / "inner").mkdir()
        (aside / "inner" / "data.txt").write_text(text)
        versions.seal(aside, FACTS)
        return versions.publish(aside, root, prefix)


def test_a_published_version_is_current_and_verifies(tmp_path):
    """Publishing ends with the version in force and its files as its manifest says."""
    folder = publish(tmp_path)
    assert versions.resolve(tmp_path) == folder
    assert versions.resolve(folder) == folder
    versions.verify_files(folder, versions.read_manifest(folder, "thing", 1))


def test_nothing_stays_of_a_version_that_was_not_published(tmp_path):
    """A writer that fails leaves no folder, neither hidden nor current."""

    def fail():
        with writing.write_aside(tmp_path) as aside:
            (aside / "half.txt").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_goes_once_it_is_old(tmp_path):
    """Work of today is left alone; what nobody can be at any more is removed."""
    old, new = tmp_path / ".pln-aside-old", tmp_path / ".pln-aside-new"
    for left in (old, new):
        left.mkdir()
        (left / "half.txt").write_text("half")
    file = tmp_path / ".pln-aside-file"
    file.write_text("half a CURRENT")
    for left in (old, file):
        os.utime(left, (0, 0))
    publish(tmp_path)
    assert not old.exists()
    assert not file.exists()
    assert new.exists()


def test_what_others_keep_beside_versions_is_never_touched(tmp_path):
    """Folders and files that are not ours may be as old and as hidden as they like."""
    kept = [tmp_path / name for name in (".tmp-theirs", ".cache", "notes")]
    for path in kept:
        path.mkdir()
        os.utime(path, (0, 0))
    publish(tmp_path)
    assert all(path.is_dir() for path in kept)


def test_a_version_being_written_is_not_listed(tmp_path):
    """What is aside is invisible, even when it already has its manifest."""
    with writing.write_aside(tmp_path) as aside:
        versions.seal(aside, FACTS)
        assert versions.list_versions(tmp_path) == []


def test_the_same_content_has_the_same_name(tmp_path):
    """Publishing twice changes nothing: names come from content."""
    first, again, other = publish(tmp_path), publish(tmp_path), publish(tmp_path, "bye")
    assert first == again != other
    assert len(versions.list_versions(tmp_path)) == 2


def test_activating_an_older_version_puts_it_in_force(tmp_path):
    """CURRENT goes back as easily as forward."""
    first = publish(tmp_path, "one")
    publish(tmp_path, "two")
    versions.activate(tmp_path, first.name)
    assert versions.resolve(tmp_path) == first


@pytest.mark.parametrize("name", ["missing", "../outside", "", "CURRENT"])
def test_activating_what_is_not_there_changes_nothing(tmp_path, name):
    """The version in force stays when the new one does not exist."""
    folder = publish(tmp_path)
    with pytest.raises(VersionNotFoundError, match=folder.name):
        versions.activate(tmp_path, name)
    assert versions.resolve(tmp_path) == folder


def test_a_folder_that_is_no_root_is_refused(tmp_path):
    """The error says what a root or a version would have."""
    with pytest.raises(VersionNotFoundError, match="holds no snapshot or model"):
        versions.resolve(tmp_path)


def test_a_current_that_names_nothing_is_refused_with_the_choices(tmp_path):
    """A dangling CURRENT is an error that names what could be activated."""
    folder = publish(tmp_path)
    (tmp_path / "CURRENT").write_text("gone\n")
    with pytest.raises(VersionNotFoundError, match=folder.name):
        versions.resolve(tmp_path)


def _cut(folder):
    (folder / "inner" / "data.txt").write_text("hell")


def _change(folder):
    (folder / "inner" / "data.txt").write_text("hullo")


def _remove(folder):
    (folder / "inner" / "data.txt").unlink()


def _add(folder):
    (folder / "extra.txt").write_text("x")


def _link(folder):
    (folder / "inner" / "data.txt").rename(folder.parent / "elsewhere")
    (folder / "inner" / "data.txt").symlink_to(folder.parent / "elsewhere")


@pytest.mark.parametrize("damage", [_cut, _change, _remove, _add, _link])
def test_damage_is_found_and_the_file_named(tmp_path, damage):
    """Any change of size, content or presence, and any link, fails verification."""
    folder = publish(tmp_path)
    manifest = versions.read_manifest(folder, "thing", 1)
    damage(folder)
    with pytest.raises(CorruptVersionError, match=r"data\.txt|extra\.txt"):
        versions.verify_files(folder, manifest)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kind": "other"}', '{"kind": "thing"}'])
def test_a_manifest_of_another_kind_or_format_is_refused(tmp_path, text):
    """Only a manifest of the kind and format asked for is read."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(CorruptVersionError):
        versions.read_manifest(tmp_path, "thing", 1)


def test_the_manifest_lists_every_file_with_size_and_hash(tmp_path):
    """What a reader checks against is all there."""
    manifest = json.loads((publish(tmp_path) / "manifest.json").read_text())
    assert manifest["files"].keys() == {"inner/data.txt"}
    assert manifest["files"]["inner/data.txt"]["bytes"] == 5


def test_replacing_a_file_leaves_nothing_else_behind(tmp_path):
    """Only the file itself remains, with its new content."""
    path = tmp_path / "file"
    writing.replace_file(path, b"one")
    writing.replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]
