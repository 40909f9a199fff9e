"""Sheets: a host's own tables, written row by row, and the native tables made of them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.engine import Engine
from ingestion.sources import sheets
from ingestion.sources.sheets import Mapped, Sheet, mapped
from tests.ingestion.tables import CONFIG

REPLIES = """
    SELECT p._file, p._row, p.author AS person_id, q.author AS contact_id, p.at AS occurred_at,
        'reply' AS verb, p._error, p._text
    FROM posts p LEFT JOIN posts q ON q.id = p.parent WHERE q.id IS NOT NULL OR p._error IS NOT NULL
"""


@pytest.fixture
def engine(tmp_path):
    with Engine(tmp_path, CONFIG) as engine:
        yield engine


def replies(engine):
    """Two files of posts, of which one answers one in the other file and one cannot be read."""
    with Sheet(engine, "posts", ["id", "author", "parent", "at"]) as posts:
        posts.add(0, 1, "1", "ada", None, "2025-03-01")
        posts.spoilt(0, 2, "no JSON", "x" * 1000)
        posts.add(1, 7, "2", "bob", "1", "2025-03-02")
    part = Mapped(table="interactions", origins=("a.json", "b.json"), query=REPLIES)
    return mapped(engine, [posts], [part])


def test_a_query_over_sheets_is_a_part_of_a_native_table(engine):
    """With the places of its rows, in their order."""
    (part,) = replies(engine)["interactions"]
    assert part.origins == ("a.json", "b.json")
    broken, reply = pq.read_table(part.path).to_pylist()
    assert (broken["_file"], broken["_row"], broken["_error"]) == (0, 2, "no JSON")
    assert broken["_text"] == "x" * sheets.RAW_CHARACTERS
    assert (reply["_file"], reply["_row"]) == (1, 7)
    assert (reply["person_id"], reply["contact_id"]) == ("bob", "ada")


@pytest.mark.parametrize("limit", ["_ROWS", "_CHARACTERS"])
def test_rows_are_written_before_there_are_too_many(engine, limit, monkeypatch):
    """None is lost, and their order stays."""
    monkeypatch.setattr(sheets, limit, 3)
    with Sheet(engine, "names", ["name"]) as names:
        for row in range(10):
            names.add(0, row, "ab")
    read = pq.read_table(names.path)
    assert read["_row"].to_pylist() == list(range(10))
    assert pq.read_metadata(names.path).num_row_groups > 3


@pytest.mark.parametrize("limit", ["_ROWS", "_CHARACTERS"])
def test_rows_written_many_at_once_keep_their_order_among_single_ones(engine, limit, monkeypatch):
    """And are written before there are too many, too."""
    monkeypatch.setattr(sheets, limit, 3)
    with Sheet(engine, "names", ["name"]) as names:
        for row in range(0, 12, 3):
            names.add(0, row, "one")
            names.extend(1, pa.array([row + 1, row + 2]), [pa.array(["ab", None])], 2)
    read = pq.read_table(names.path)
    assert read["_row"].to_pylist() == list(range(12))
    assert read["name"].to_pylist() == ["one", "ab", None] * 4
    assert read["_file"].to_pylist() == [0, 1, 1] * 4
    assert pq.read_metadata(names.path).num_row_groups > 3
