"""Everyone's lists as files: the same answers as one call at a time, in every format."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from recommender.batch import export
from recommender.domain.config import Dials, ExportConfig
from recommender.domain.errors import InputDataError, OutputError, PersonNotFoundError
from recommender.domain.slate import Kind, Query
from recommender.domain.versions import MANIFEST, verify_files
from recommender.export_table import SCHEMA
from tests.recommender.exported import near, rows_of, told
from tests.worlds import UNICODE

FORMATS = ("parquet", "jsonl", "csv")
STEERED = Dials(like_mindedness=0.1, collaboration=0.2, diversity=0.7)


@pytest.mark.parametrize("dials", [Dials(), STEERED])
def test_every_row_is_the_answer_to_a_call(any_world, tmp_path, dials):
    """Ids, ranks, scores, factors, reasons, ties: exactly, for both lists."""
    pipeline = any_world.pipeline
    report = export(pipeline, tmp_path / "out", ExportConfig(top=4), dials=dials)
    expected = []
    for kind in (Kind.PEOPLE, Kind.REACTIVATION):
        for asker in any_world.people:
            query = Query(askers=[pipeline.row(asker)], kind=kind, dials=dials, limit=4)
            offers = pipeline.answer(query)[0]
            expected += [told(offer, asker, kind, pipeline.info.name) for offer in offers]
    assert rows_of(report.folder) == expected
    assert sum(report.rows.values()) == len(expected)
    assert report.people == len(any_world.people)


@pytest.mark.parametrize("name", ["dormant_pair", "workplaces", "unicode_ids", "one_person"])
def test_every_format_carries_the_same_data(built, tmp_path, name):
    """Parquet, JSON Lines and CSV."""
    read = {}
    for file_format in FORMATS:
        config = ExportConfig(format=file_format)
        folder = export(built(name).pipeline, tmp_path / file_format, config).folder
        read[file_format] = rows_of(folder, file_format)
    assert near(read["parquet"], read["jsonl"])
    assert near(read["parquet"], read["csv"])


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_second_export_is_the_same_bytes(built, tmp_path, file_format):
    """Beside the first, and in its place."""
    pipeline, config = built("workplaces").pipeline, ExportConfig(format=file_format)

    def content(out):
        folder = export(pipeline, out, config).folder
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    first = content(tmp_path / "one")
    assert content(tmp_path / "two") == first
    assert content(tmp_path / "one") == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_the_manifest_vouches_for_every_file(built, tmp_path):
    """Sizes and checksums, counts, model, dials."""
    world = built("dormant_pair")
    report = export(world.pipeline, tmp_path / "out")
    manifest = json.loads((report.folder / MANIFEST).read_bytes())
    verify_files(report.folder, manifest)
    assert manifest["kind"] == "export"
    assert manifest["model"] == world.pipeline.info.name
    assert manifest["rows"] == report.rows
    assert manifest["people"] == len(world.people)
    assert sum(manifest["settings"]["dials"]) == pytest.approx(1)


def test_a_parquet_export_has_the_schema_it_promises(built, tmp_path):
    """Also where there is not one row."""
    for name in ("workplaces", "one_person"):
        folder = export(built(name).pipeline, tmp_path / name).folder
        assert pq.read_schema(folder / "part-00000.parquet").equals(SCHEMA)


def test_parts_hold_so_many_people_each(built, tmp_path):
    """Together they are the whole."""
    pipeline = built("workplaces").pipeline
    whole = export(pipeline, tmp_path / "whole", kinds=[Kind.PEOPLE])
    parted = export(pipeline, tmp_path / "parts", ExportConfig(people_per_part=3), [Kind.PEOPLE])
    assert parted.parts == len(list(parted.folder.glob("part-*"))) == 3
    assert rows_of(parted.folder) == rows_of(whole.folder)


@pytest.mark.parametrize("kind", [Kind.PEOPLE, Kind.REACTIVATION])
def test_one_kind_of_list_alone_can_be_asked_for(built, tmp_path, kind):
    """The other has no rows."""
    report = export(built("dormant_pair").pipeline, tmp_path / "out", kinds=[kind])
    assert {row["kind"] for row in rows_of(report.folder)} == {str(kind)} == set(report.rows)


def test_people_can_be_named_in_a_file(built, tmp_path):
    """One id a line, in any script; empty lines and repetitions change nothing."""
    pipeline = built("unicode_ids").pipeline
    names = tmp_path / "people.txt"
    names.write_text("\n".join([UNICODE[4], "", UNICODE[0], UNICODE[4], ""]), encoding="utf-8")
    report = export(pipeline, tmp_path / "out", kinds=[Kind.PEOPLE], people=names)
    whole = export(pipeline, tmp_path / "whole", kinds=[Kind.PEOPLE])
    chosen = {UNICODE[0], UNICODE[4]}
    assert report.people == 2
    assert rows_of(report.folder) == [
        row for row in rows_of(whole.folder) if row["person_id"] in chosen
    ]


def test_an_unknown_person_in_the_file_stops_the_export(built, tmp_path):
    """With nothing written."""
    names = tmp_path / "people.txt"
    names.write_text("nobody\n")
    with pytest.raises(PersonNotFoundError, match="nobody"):
        export(built("two_cliques").pipeline, tmp_path / "out", people=names)
    assert [path.name for path in tmp_path.iterdir()] == ["people.txt"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_of_people_that_cannot_be_read_is_named(built, tmp_path, content):
    """Missing, or not text."""
    names = tmp_path / "people.txt"
    if content is not None:
        names.write_bytes(content)
    with pytest.raises(InputDataError, match=r"people\.txt"):
        export(built("two_cliques").pipeline, tmp_path / "out", people=names)


@pytest.mark.parametrize(
    "existing",
    [{"notes.txt": "mine"}, {MANIFEST: "{}"}, {MANIFEST: '{"kind": "model"}'}, {MANIFEST: "["}],
)
def test_a_folder_that_is_no_export_is_never_replaced(built, tmp_path, existing):
    """Somebody's files stay as they are."""
    out = tmp_path / "out"
    out.mkdir()
    for name, text in existing.items():
        (out / name).write_text(text)
    with pytest.raises(OutputError, match="out"):
        export(built("two_cliques").pipeline, out)
    assert {path.name: path.read_text() for path in out.iterdir()} == existing
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_is_never_replaced(built, tmp_path):
    """A folder is asked for."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="folder"):
        export(built("two_cliques").pipeline, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_empty_folder_and_an_older_export_are_replaced(built, tmp_path):
    """By the new one, whole."""
    out = tmp_path / "out"
    out.mkdir()
    export(built("two_cliques").pipeline, out, ExportConfig(format="csv"))
    export(built("dormant_pair").pipeline, out)
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "part-00000.parquet"]
    assert rows_of(out)[0]["model"] == built("dormant_pair").pipeline.info.name


def test_a_failed_export_leaves_the_older_one(built, tmp_path, monkeypatch):
    """And no trace of itself."""
    pipeline, out = built("two_cliques").pipeline, tmp_path / "out"
    export(pipeline, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recommender.batch.seal", fail)
    with pytest.raises(Exception, match="No space left"):
        export(pipeline, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
