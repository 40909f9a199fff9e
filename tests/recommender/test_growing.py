"""Arrays that grow on disk."""

from __future__ import annotations

import numpy as np
import pytest

from recommender import growing
from recommender.growing import Growing, stretches


@pytest.fixture
def grown(tmp_path):
    """Ten rows of two, made in three blocks, one of them empty."""
    made = Growing(tmp_path / "it.npy", np.zeros((0, 2), np.int32))
    for rows in (np.arange(8), np.zeros(0), np.arange(12)):
        made.append(rows.reshape(-1, 2))
    return made.mapped()


def test_what_grew_is_the_file_that_would_be_written_at_once(grown, tmp_path):
    """To the byte."""
    with (tmp_path / "at-once.npy").open("wb") as file:
        np.lib.format.write_array(file, np.array(grown), version=(1, 0))
    assert (tmp_path / "it.npy").read_bytes() == (tmp_path / "at-once.npy").read_bytes()
    assert grown.dtype == np.int32
    assert grown.ravel().tolist() == [*range(8), *range(12)]


def test_the_file_changes_with_the_array_and_is_gone_through_in_stretches(
    grown, tmp_path, monkeypatch
):
    """Letting go of what was written loses nothing."""
    monkeypatch.setattr(growing, "STRETCH", 3)
    sizes = []
    for part in stretches(grown):
        np.add(part, 100, out=part)
        sizes.append(len(part))
    assert sizes == [3, 3, 3, 1]
    assert np.load(tmp_path / "it.npy").tolist() == grown.tolist()
    assert grown.min() == 100


def test_nothing_grew_of_nothing(tmp_path):
    """An empty array can be mapped."""
    made = Growing(tmp_path / "it.npy", np.zeros((0, 3), np.uint8)).mapped()
    assert made.shape == (0, 3)
    assert list(stretches(made)) == []


def test_pieces_that_came_in_any_order_are_put_in_theirs(grown, tmp_path, monkeypatch):
    """And the file is as if they had come in it; pieces of nothing stand anywhere."""
    monkeypatch.setattr(growing, "PIECES", 2)
    rows = np.array(grown)
    made = Growing(tmp_path / "loose.npy", np.zeros((0, 2), np.int32))
    made.append(rows)
    starts, counts = np.array([4, 0, 0, 9, 1]), np.array([5, 0, 1, 1, 3])
    ordered = made.in_order(starts, counts)
    assert ordered.tolist() == rows[[4, 5, 6, 7, 8, 0, 9, 1, 2, 3]].tolist()
    assert np.load(tmp_path / "loose.npy").tolist() == ordered.tolist()
    assert {path.name for path in tmp_path.iterdir()} == {"it.npy", "loose.npy"}
