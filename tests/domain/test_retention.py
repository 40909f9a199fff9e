"""Old versions go, and never one that is needed."""

from __future__ import annotations

import os

import pytest

from recommender.domain import versions, writing
from recommender.domain.retention import current, forget, surplus
from recommender.domain.stamps import STAMP


def publish(root, day, content="as ever"):
    """A version of that day, now current; returns its name."""
    with writing.write_aside(root) as aside:
        (aside / "data.txt").write_text(content)
        versions.seal(aside, {"kind": "thing", "format": 1, "day": day})
        return versions.publish(aside, root, f"2025010{day}T000000").name


def test_the_oldest_are_surplus_beyond_those_that_stay(tmp_path):
    """In order of the time they look back from, the oldest first; 0 keeps all."""
    names = [publish(tmp_path, day) for day in (1, 2, 3, 4)]
    assert surplus(tmp_path, 2) == names[:2]
    assert surplus(tmp_path, 4) == surplus(tmp_path, 9) == surplus(tmp_path, 0) == []


def test_what_is_in_use_is_never_surplus(tmp_path):
    """The current version however old it is, and what is spared by name."""
    names = [publish(tmp_path, day) for day in (1, 2, 3, 4)]
    versions.activate(tmp_path, names[0])
    assert surplus(tmp_path, 1) == names[1:3]
    assert surplus(tmp_path, 1, {names[2]}) == names[1:2]


def test_of_the_same_time_the_one_made_last_is_the_newest(tmp_path):
    """Names end in a hash, which has no order."""
    names = [publish(tmp_path, 1, content) for content in "abcd"]
    for place, name in enumerate(names):
        os.utime(tmp_path / name / "manifest.json", ns=(place, place))
    assert surplus(tmp_path, 2) == names[:2]


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"gone\n"])
def test_where_no_version_is_current_none_is_surplus(tmp_path, content):
    """Nobody can tell which one is needed."""
    publish(tmp_path, 1)
    publish(tmp_path, 2)
    (tmp_path / "CURRENT").unlink()
    if content is not None:
        (tmp_path / "CURRENT").write_bytes(content)
    assert surplus(tmp_path, 1) == []
    assert current(tmp_path) in {None, "gone"}


def test_a_version_goes_with_its_stamp(tmp_path):
    """Nothing is left of it; what is gone already is no failure."""
    old, new = publish(tmp_path, 1), publish(tmp_path, 2)
    (tmp_path / f"{STAMP}{old}").touch()
    forget(tmp_path, old)
    forget(tmp_path, old)
    assert sorted(path.name for path in tmp_path.iterdir()) == [new, "CURRENT"]
