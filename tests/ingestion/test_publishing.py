"""Snapshots are published whole or not at all, and damage to them is found."""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion import snapshot
from ingestion.snapshot import list_snapshots, verify
from recommender.domain.errors import CorruptVersionError, OutputError, VersionNotFoundError
from recommender.domain.versions import MANIFEST, seal
from tests.ingestion.tables import (
    AS_OF,
    CONFIG,
    activity,
    content,
    host,
    interaction,
    snap,
    write_host,
)


@pytest.fixture
def source(tmp_path):
    rows = [activity(person=f"p{n}", topic=f"t{n % 3}", object_id="o") for n in range(9)]
    talks = [interaction("p1", f"p{n}") for n in range(2, 9)]
    return write_host(tmp_path / "in", host(activities=rows, interactions=talks))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_a_snapshot_is_current_once_it_is_there(source, out):
    """ROOT/CURRENT names it; nothing else is left in ROOT."""
    report = snap(source, out)
    assert report.snapshot.name.startswith("20240701T000000-")
    assert (out / "CURRENT").read_text() == report.snapshot.name + "\n"
    assert list_snapshots(out) == [report.snapshot.name]
    assert sorted(path.name for path in out.iterdir()) == sorted([report.snapshot.name, "CURRENT"])


def test_the_manifest_says_what_the_snapshot_is(source, out):
    """Kind, format, time, version, counts and settings; no clock, no path, no machine."""
    report = snap(source, out)
    manifest = json.loads((report.snapshot / MANIFEST).read_text())
    assert manifest.keys() == {
        "kind", "format", "as_of", "version", "counts", "native", "settings", "files",
    }  # fmt: skip
    assert (manifest["kind"], manifest["format"]) == ("snapshot", 3)
    assert manifest["as_of"] == "2024-07-01T00:00:00.000000Z"
    assert manifest["counts"]["activities"] == 9


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_run_that_ends_half_way_leaves_the_old_snapshot_and_nothing_else(
    source, out, monkeypatch, error
):
    """A full disk is one line; an interrupt passes through; both tidy up."""
    before = content(snap(source, out).snapshot)
    listing = sorted(out.iterdir())
    written = []

    def write(path, schema, batches):
        written.append(path)
        path.write_bytes(b"half")
        if len(written) == 5:
            raise error
        return 0

    monkeypatch.setattr(snapshot, "write", write)
    with pytest.raises((OutputError, KeyboardInterrupt)) as caught:
        snap(write_host(source, {"skills": [{"person_id": "a", "topic_id": "b"}]}), out)
    assert "\n" not in str(caught.value)
    assert sorted(out.iterdir()) == listing
    assert content(listing[0]) == before


def test_a_first_run_that_fails_leaves_no_folder(source, out, monkeypatch):
    """The folder was not there before, so it is not there after."""

    def write(path, schema, batches):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "write", write)
    with pytest.raises(OutputError, match="No space left"):
        snap(source, out)
    assert not out.exists()


def test_progress_names_steps_and_stays_between_0_and_1(source, out):
    """And ends with publishing done."""
    seen = []
    snapshot.ingest(source, out, CONFIG, AS_OF, progress=lambda *step: seen.append(step))
    assert seen[0] == ("reading files", 0.0)
    assert seen[-1] == ("publishing", 1.0)
    assert all(0 <= share <= 1 for _, share in seen)


def test_whole_snapshots_verify_by_version_and_by_root(source, out):
    """Both return the manifest."""
    report = snap(source, out)
    assert verify(out) == verify(report.snapshot)


@pytest.mark.parametrize("name", ["people", "person_contact", "quarantine"])
def test_a_flipped_bit_is_found(source, out, name):
    """In any file, by its name."""
    path = snap(source, out).snapshot / f"{name}.parquet"
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    with pytest.raises(CorruptVersionError, match=name):
        verify(out)


def test_a_missing_and_an_extra_file_are_found(source, out):
    """Both named."""
    folder = snap(source, out).snapshot
    shutil.move(folder / "goals.parquet", out.parent / "goals.parquet")
    with pytest.raises(CorruptVersionError, match=r"goals\.parquet is missing"):
        verify(out)
    shutil.move(out.parent / "goals.parquet", folder / "goals.parquet")
    (folder / "note.txt").write_text("hello")
    with pytest.raises(CorruptVersionError, match=r"note\.txt is not in the manifest"):
        verify(out)


def test_what_is_no_snapshot_is_said_to_be_none(source, out, tmp_path):
    """An empty folder, a manifest of another kind, and one that is no JSON."""
    with pytest.raises(VersionNotFoundError):
        verify(tmp_path)
    folder = snap(source, out).snapshot
    for text in ('{"kind": "model", "format": 1}', '{"kind": "snapshot", "format": 9}', "{"):
        (folder / MANIFEST).write_text(text)
        with pytest.raises(CorruptVersionError):
            verify(folder)


def swap(table):
    """The rows in reverse."""
    return table.take(list(range(table.num_rows))[::-1])


def twice(table):
    """The last row once more."""
    return pa.concat_tables([table, table.slice(table.num_rows - 1)])


def astray(table):
    """The first key column one past every row."""
    name = table.schema.names[0]
    column = pa.array([10**6] * table.num_rows, pa.int32())
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)


def renamed(table):
    """The first column under another name."""
    return table.rename_columns(["other", *table.column_names[1:]])


def short(table):
    """No rows."""
    return table.slice(0, 0)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("people", swap, "out of order"),
        ("people", twice, "repeated"),
        ("people", renamed, "person_id"),
        ("people", short, "none of 0 rows"),
        ("topics", short, "none of 0 rows"),
        ("person_contact", swap, "out of order"),
        ("person_contact", twice, "repeated"),
        ("person_contact", astray, "person that is none"),
        ("person_object", renamed, "person"),
    ],
)
def test_content_that_breaks_the_rules_is_found_even_under_fresh_checksums(
    source, out, name, change, said
):
    """A snapshot sealed by somebody else is held to the same order and ranges."""
    folder = snap(source, out).snapshot
    path = folder / f"{name}.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).unlink()
    seal(folder, {key: value for key, value in manifest.items() if key != "files"})
    with pytest.raises(CorruptVersionError, match=said):
        verify(folder)
