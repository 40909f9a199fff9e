"""Arrays to write to over a model's files: a copy to all who look, and the file's own pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommender.live import roomy as rooms
from recommender.live.roomy import roomy

SHAPES = [(1,), (3,), (1000, 8), (4096,), (70_001,), (0,)]


def mapped(tmp_path, array):
    """An array as a model has it: a plain view of a file that is only read."""
    np.save(tmp_path / "array.npy", array)
    if not array.size:
        return array
    return np.asarray(np.load(tmp_path / "array.npy", mmap_mode="r"))


@pytest.mark.parametrize("dtype", ["<i4", "|u1", "|b1", "<f4", "<i8"])
@pytest.mark.parametrize("shape", SHAPES)
def test_it_has_what_the_array_has_and_room_after_it(tmp_path, shape, dtype):
    """The room may be filled to its last row, and nothing of it reaches the file."""
    drawn = np.random.default_rng(1).integers(0, 2, shape).astype(dtype)
    array = mapped(tmp_path, drawn)
    found = roomy(array, 5000)
    assert found.shape == (shape[0] + 5000, *shape[1:])
    assert found.dtype == array.dtype
    assert np.array_equal(found[: shape[0]], drawn)
    found[:] = 1
    assert (found == 1).all()
    assert np.array_equal(array, drawn)
    assert np.array_equal(np.load(tmp_path / "array.npy"), drawn)


def test_two_of_one_array_know_nothing_of_each_other(tmp_path):
    """Each has its own pages."""
    array = mapped(tmp_path, np.arange(10_000))
    one, other = roomy(array, 1), roomy(array, 1)
    one[17] = -1
    assert (other[17], array[17]) == (17, 17)


def own_kib(array):
    """KiB of memory where an array begins that are no file's, as the kernel tells them."""
    at, own, inside = array.ctypes.data, 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        first, *rest = line.split()
        if not first.endswith(":"):
            low, high = (int(end, 16) for end in first.split("-"))
            inside = low <= at < high
        elif inside and first == "Anonymous:":
            own += int(rest[0])
    return own


def test_what_is_not_written_to_stays_the_file_s(tmp_path):
    """A worker has of its own the pages in which something differs."""
    found = roomy(mapped(tmp_path, np.arange(1_000_000)), 1000)
    assert own_kib(found) == 0
    found[500_000] = -1
    assert 0 < own_kib(found) <= 64


def test_what_is_no_mapped_file_is_copied():
    """A model that was just trained, a part of an array, or one that was changed."""
    array = np.arange(10)
    found = roomy(array[2:], 3)
    found[0] = -1
    assert found[1:8].tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert array[2] == 2


def test_a_part_of_a_mapped_array_is_copied(tmp_path):
    """It begins elsewhere than its file."""
    found = roomy(mapped(tmp_path, np.arange(100))[10:], 1)
    assert found[:90].tolist() == list(range(10, 100))


def gone(path):
    path.unlink()


def another(path):
    other = path.with_name("other.npy")
    np.save(other, np.zeros(1000, int))
    other.replace(path)


def shorter(path):
    other = path.with_name("other.npy")
    np.save(other, np.arange(900))
    other.replace(path)


@pytest.mark.parametrize("change", [gone, another, shorter])
def test_a_file_that_is_another_by_now_is_not_believed(tmp_path, change):
    """A model may be deleted while it answers on."""
    array = mapped(tmp_path, np.arange(1000))
    change(tmp_path / "array.npy")
    found = roomy(array, 10)
    assert found[:1000].tolist() == list(range(1000))


def test_where_nothing_can_be_mapped_it_is_copied(tmp_path, monkeypatch):
    """As where the system allows no more mappings; no handle stays open."""
    array = mapped(tmp_path, np.arange(1000))
    monkeypatch.setattr(rooms._LIBC, "mmap", lambda *_: -1)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert roomy(array, 10)[:1000].tolist() == list(range(1000))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
