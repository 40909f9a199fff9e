"""Stamps of verified versions: whatever changes, all is verified again."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from recommender.domain import stamps
from recommender.domain.errors import CorruptVersionError
from recommender.domain.stamps import unverified
from tests.domain.test_versions import publish

CHECKS = "thing 1"


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Files count as settled as soon as they are written."""
    monkeypatch.setattr(stamps, "SETTLED_NANOSECONDS", 0)


@pytest.fixture
def folder(tmp_path):
    """A version that has been verified."""
    made = publish(tmp_path)
    assert due(made)
    return made


def due(folder, **asked):
    """Whether a version is to be verified; it is, then."""
    with unverified(folder, **{"checks": CHECKS, **asked}) as wanted:
        return wanted


def stamp_of(folder):
    return folder.with_name(f".pln-verified-{folder.name}")


def data(folder):
    return folder / "inner" / "data.txt"


def until_later(folder, change):
    """Change a file until its file system has another time for it."""
    before = data(folder).stat().st_ctime_ns
    while data(folder).stat().st_ctime_ns == before:
        change()


def test_what_was_verified_is_not_verified_again(folder):
    """However the version is named."""
    assert not due(folder)
    assert not due(folder / "inner" / "..")


def test_the_stamp_is_beside_the_version_even_where_that_is_called_a_dot(tmp_path, monkeypatch):
    """Within, it would be a file that is not in the manifest."""
    folder = publish(tmp_path)
    monkeypatch.chdir(folder)
    assert due(Path())
    assert stamp_of(folder).is_file()
    assert not due(Path())


def test_other_checks_are_made_and_so_are_those_asked_for_afresh(folder):
    """A stamp says what was verified."""
    assert due(folder, afresh=True)
    assert not due(folder)
    assert due(folder, checks="thing 2")


def _another_byte(folder):
    """Size and times that can be set are those from before."""
    facts = data(folder).stat()

    def write():
        data(folder).write_text("hellO")
        os.utime(data(folder), ns=(facts.st_atime_ns, facts.st_mtime_ns))

    until_later(folder, write)


def _touched(folder):
    until_later(folder, lambda: data(folder).touch())


def _truncated(folder):
    os.truncate(data(folder), 2)


def _another_file(folder):
    """With the same content and times, as a restored backup has them."""
    shutil.copy2(data(folder), folder.parent / "copy")
    (folder.parent / "copy").replace(data(folder))


def _another_manifest(folder):
    (folder / "manifest.json").write_text("{}")


def _removed(folder):
    data(folder).unlink()


def _added(folder):
    (folder / "extra.txt").write_text("x")


def _linked(folder):
    data(folder).rename(folder.parent / "elsewhere")
    data(folder).symlink_to(folder.parent / "elsewhere")


CHANGES = (
    _another_byte,
    _touched,
    _truncated,
    _another_file,
    _another_manifest,
    _removed,
    _added,
    _linked,
)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_noticed(folder, change):
    """Content, a name, or nothing but times; and what is verified then counts."""
    change(folder)
    assert due(folder)
    assert not due(folder)


def test_a_copy_of_a_version_is_verified_though_its_stamp_came_along(folder, tmp_path):
    """Nobody can send a stamp with a model: inodes and their times are of this machine."""
    other = tmp_path / "elsewhere" / folder.name
    shutil.copytree(folder, other)
    shutil.copy2(stamp_of(folder), stamp_of(other))
    assert due(other)


def _fail(folder, **asked):
    with unverified(folder, CHECKS, **asked):
        raise CorruptVersionError(str(folder))


@pytest.mark.parametrize("asked", [{}, {"afresh": True}])
def test_what_is_found_to_be_bad_keeps_no_stamp(folder, asked):
    """Or what a disk has damaged would be served on after it was found out."""
    with pytest.raises(CorruptVersionError):
        _fail(folder, **asked)
    assert not stamp_of(folder).exists()
    assert due(folder)


def test_what_changes_while_it_is_verified_is_not_stamped(tmp_path):
    """It may have been read before."""
    folder = publish(tmp_path)
    with unverified(folder, CHECKS):
        _touched(folder)
    assert due(folder)


def test_what_changed_a_moment_ago_is_not_stamped(tmp_path, monkeypatch):
    """It could change again without another time to tell it by."""
    monkeypatch.setattr(stamps, "SETTLED_NANOSECONDS", 10**18)
    folder = publish(tmp_path)
    assert due(folder)
    assert due(folder)
    assert not stamp_of(folder).exists()


def test_a_stamp_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    """As in a folder that may only be read: all is verified each time."""

    def refuse(path, content):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(stamps, "replace_file", refuse)
    folder = publish(tmp_path)
    assert due(folder)
    assert due(folder)


def test_a_version_that_cannot_be_looked_at_is_refused(folder):
    """With what could not be read."""
    (folder / "manifest.json").unlink()
    with pytest.raises(CorruptVersionError, match=r"manifest\.json"):
        due(folder)


def _garbage(stamp, said):
    stamp.write_bytes(b"\xff\x00" * 40)


def _nothing(stamp, said):
    stamp.write_bytes(b"")


def _longer(stamp, said):
    stamp.write_bytes(said + b"\n")


def _folder(stamp, said):
    stamp.unlink()
    stamp.mkdir()


def _pipe(stamp, said):
    stamp.unlink()
    os.mkfifo(stamp)


def _link(stamp, said):
    stamp.rename(stamp.with_name("elsewhere"))
    stamp.symlink_to("elsewhere")


@pytest.mark.parametrize("spoil", [_garbage, _nothing, _longer, _folder, _pipe, _link])
def test_what_is_no_stamp_is_ignored(folder, spoil):
    """It is never waited on, followed or parsed."""
    spoil(stamp_of(folder), stamp_of(folder).read_bytes())
    assert due(folder)


def test_a_stamp_of_somebody_else_is_ignored(folder, monkeypatch):
    """In a folder where everybody may put files, others cannot vouch for a version."""
    lstat = Path.lstat

    def strange(self):
        facts = lstat(self)
        if self != stamp_of(folder):
            return facts
        return SimpleNamespace(st_mode=facts.st_mode, st_size=facts.st_size, st_uid=54_321)

    assert not due(folder)
    monkeypatch.setattr(Path, "lstat", strange)
    assert due(folder)


def test_several_that_begin_at_once_share_what_they_leave(tmp_path):
    """Each verifies, none disturbs another, and whoever comes later need not."""
    folder = publish(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: due(folder), range(64)))
    assert not due(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [stamp_of(folder).name, "CURRENT", folder.name]
    )


def test_stamps_of_versions_that_are_gone_go_too(folder, tmp_path):
    """With the next stamp; what others keep there stays."""
    (tmp_path / ".theirs").write_text("")
    other = publish(tmp_path, "other")
    shutil.rmtree(folder)
    assert due(other)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {".theirs", "CURRENT", other.name, stamp_of(other).name}
