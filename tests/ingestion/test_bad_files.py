"""Files and folders that are not what they should be: a good answer, or one clear line."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.snapshot import ingest, verify
from ingestion.sources import streams
from recommender.domain.errors import InputDataError, InvalidArgumentError, OutputError
from tests.ingestion.files import ACTIVITIES, HEADS, PARQUET, parquet_bytes
from tests.ingestion.tables import (
    AS_OF,
    CONFIG,
    host,
    rows_of,
    snap,
    write_host,
)


def test_an_empty_folder_is_refused(fails):
    """The line says what a folder needs."""
    said = fails({"activities.csv": None, "interactions.csv": None})
    assert "holds no native table" in said


def test_a_missing_required_table_is_refused_by_name(fails):
    """With the columns that it would need."""
    said = fails({"interactions.csv": None})
    assert "'interactions'" in said
    assert "contact_id" in said


def test_a_missing_required_column_is_refused_by_file_and_name(fails):
    """And the line lists the columns that are there."""
    said = fails({"activities.csv": "person_id,topic,occurred_at,verb\na,b,2024-01-01,c\n"})
    assert said.startswith("activities.csv has no column 'topic_id'")
    assert "topic" in said


def test_a_file_with_semicolons_shows_what_its_header_was_taken_for(fails):
    """So that the reader sees the separator is wrong."""
    assert "person_id;topic_id" in fails({"activities.csv": ACTIVITIES.replace(",", ";")})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"activities.csv": None, PARQUET: b"no parquet at all"}, "not a whole Parquet file"),
        ({"activities.csv": None, PARQUET: parquet_bytes()[:4000]}, "not a whole Parquet file"),
        ({"activities.csv": None, PARQUET: b""}, "not a whole Parquet file"),
        ({"activities.csv.gz": gzip.compress(ACTIVITIES.encode() * 999)[:99]}, "is not whole"),
        ({"activities.csv.gz": ACTIVITIES}, "is not whole"),
        ({"goals.csv": ""}, "no header line"),
        ({"goals.csv": "person_id,person_id\n"}, "'person_id' twice"),
        ({"goals.csv": b"\xff\xfe\n"}, "header line cannot be read"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_by_name(fails, files, said):
    """Cut in half, of another kind, or empty."""
    message = fails(files)
    assert said in message
    assert message.startswith(list(files)[-1])


@pytest.mark.parametrize("name", ["activities.csv.gz", "activities.jsonl.gz"])
def test_a_gzip_file_that_is_a_bomb_is_refused(fails, name, monkeypatch):
    """Before it fills the disk."""
    monkeypatch.setattr(streams, "ALWAYS", 1 << 20)
    bomb = gzip.compress(bytes(8 << 20))
    said = fails({"activities.csv": None, name: bomb})
    assert said.startswith(name)
    assert "more than 200 times its own size" in said


def test_a_parquet_file_damaged_inside_is_refused_by_name(fails):
    """Its footer is whole, so only reading it through shows the damage."""
    whole = parquet_bytes()
    damaged = whole[:4] + bytes(len(whole) // 3) + whole[4 + len(whole) // 3 :]
    message = fails({"activities.csv": None, "skills.csv": None, PARQUET: damaged})
    assert message.startswith(f"{PARQUET} is damaged")


def test_a_parquet_column_of_an_impossible_type_is_refused(fails):
    """A count of seconds could be any clock's; the line asks for a timestamp or text."""
    table = pa.table({"person_id": ["a"], "topic_id": ["t"], "occurred_at": [5], "verb": ["post"]})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    said = fails({"activities.csv": None, PARQUET: sink.getvalue().to_pybytes()})
    assert "'occurred_at' is int64" in said
    assert "timestamp" in said


def test_tables_without_rows_are_fine(run, tmp_path):
    """No activities at all: the people of the interactions still get a snapshot."""
    report = run({"activities.csv": HEADS["activities.csv"]})
    assert (report.people, report.topics) == (2, 0)
    verify(tmp_path / "out")


def test_one_person_alone_is_fine(run, tmp_path):
    """Nobody to recommend yet, but nothing is wrong."""
    report = run({"interactions.csv": HEADS["interactions.csv"]})
    assert report.people == 1
    verify(tmp_path / "out")


def test_nobody_at_all_is_refused(fails):
    """Both tables are there, neither has a row."""
    assert "no person left" in fails(HEADS)


def test_two_files_of_one_table_may_have_different_columns(run):
    """Columns that one lacks are empty there; both are read."""
    more = "verb,weight,person_id,occurred_at,topic_id\npost,7,bea,2024-06-02,maths\n"
    report = run({"activities/part-1.csv": more, "activities/part-2.csv": ACTIVITIES})
    rows = rows_of(report, "person_topic")
    assert [(row["person"], row["weight"]) for row in rows] == [(0, 1.0), (1, 7.0)]
    assert report.tables["activities"].read == 3


def test_a_file_that_lacks_a_required_column_is_named_among_many(fails):
    """The other file of the table is fine."""
    said = fails({"activities/part-1.csv": "person_id,topic_id,verb\n"})
    assert said.startswith("activities/part-1.csv has no column 'occurred_at'")


def test_unknown_columns_are_kept_out_and_reported(run):
    """In every format alike."""
    report = run({"goals.jsonl": '{"person_id":"ada","topic_id":"maths","mood":"high"}\n'})
    assert report.tables["goals"].unknown_columns == ("mood",)
    assert report.tables["goals"].kept == 1


def test_a_target_that_is_a_file_is_refused(tmp_path):
    """And stays as it is."""
    source = write_host(tmp_path / "in", host())
    target = tmp_path / "out"
    target.write_text("mine")
    with pytest.raises(OutputError, match="is a file; name a folder"):
        snap(source, target)
    assert target.read_text() == "mine"


def test_a_source_that_is_not_there_or_of_no_kind_is_refused(tmp_path):
    """By one line each; an unknown --from is a misuse, not bad data."""
    with pytest.raises(InputDataError, match="is not there"):
        snap(tmp_path / "nowhere", tmp_path / "out")
    file = tmp_path / "file.bin"
    file.write_bytes(b"\0")
    with pytest.raises(InputDataError, match=r"no kind of data.*name the folder, or a glob"):
        snap(file, tmp_path / "out")
    with pytest.raises(InvalidArgumentError, match="carrier-pigeon"):
        ingest(tmp_path, tmp_path / "out", CONFIG, AS_OF, kind="carrier-pigeon")
