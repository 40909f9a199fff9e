"""Everyone's lists as files: the same answers as one call at a time, in every format."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from recommender.batch import Asked, export
from recommender.batch.table import SCHEMA
from recommender.domain.config import Dials
from recommender.domain.errors import InputDataError, OutputError
from recommender.domain.slate import Kind, Query
from recommender.domain.versions import MANIFEST, verify_files
from recommender.steering import Steering
from tests.recommender.exported import near, rows_of, told
from tests.worlds import UNICODE

FORMATS = ("parquet", "jsonl", "csv")
STEERED = Dials(like_mindedness=0.1, collaboration=0.2, diversity=0.7)


def test_every_row_is_the_answer_to_a_call(any_world, tmp_path):
    """Ids, ranks, scores, factors, reasons, ties: exactly, for both lists."""
    rows_are_answers(any_world, tmp_path, Dials())


@pytest.mark.parametrize("name", ["dormant_pair", "workplaces", "hub"])
def test_every_row_is_the_answer_to_a_call_with_other_dials(built, tmp_path, name):
    """Which move lists by what is known of people, in any world alike."""
    rows_are_answers(built(name), tmp_path, STEERED)


def rows_are_answers(world, tmp_path, dials):
    """Export both lists of everyone, and ask for each."""
    pipeline = world.pipeline
    asked = Asked(top=4, steering=Steering(dials=dials))
    report = export(world.model_folder, tmp_path / "out", asked)
    expected = []
    for kind in (Kind.PEOPLE, Kind.REACTIVATION):
        for asker in world.people:
            query = Query(askers=[pipeline.row(asker)], kind=kind, dials=dials, limit=4)
            offers = pipeline.answer(query)[0]
            expected += [told(offer, asker, kind, pipeline.info.name) for offer in offers]
    assert rows_of(tmp_path / "out") == expected
    assert sum(report.rows.values()) == len(expected)
    assert report.people == len(world.people)


@pytest.mark.parametrize("name", ["dormant_pair", "workplaces", "unicode_ids", "one_person"])
def test_every_format_carries_the_same_data(built, tmp_path, name):
    """Parquet, JSON Lines and CSV."""
    read = {}
    for file_format in FORMATS:
        export(built(name).model_folder, tmp_path / file_format, Asked(file_format=file_format))
        read[file_format] = rows_of(tmp_path / file_format, file_format)
    assert near(read["parquet"], read["jsonl"])
    assert near(read["parquet"], read["csv"])


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_second_export_is_the_same_bytes(built, tmp_path, file_format):
    """Beside the first, and in its place."""
    model, asked = built("workplaces").model_folder, Asked(file_format=file_format)

    def content(out):
        export(model, out, asked)
        return {path.name: path.read_bytes() for path in out.iterdir()}

    first = content(tmp_path / "one")
    assert content(tmp_path / "two") == first
    assert content(tmp_path / "one") == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_the_manifest_vouches_for_every_file(built, tmp_path):
    """Sizes and checksums, counts, model, dials."""
    world = built("dormant_pair")
    report = export(world.model_folder, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_bytes())
    verify_files(tmp_path / "out", manifest)
    assert manifest["kind"] == "export"
    assert manifest["model"] == world.pipeline.info.name
    assert manifest["rows"] == report.rows
    assert manifest["people"] == len(world.people)
    assert sum(manifest["settings"]["dials"]) == pytest.approx(1)


def test_a_parquet_export_has_the_schema_it_promises(built, tmp_path):
    """Also where there is not one row."""
    for name in ("workplaces", "one_person"):
        export(built(name).model_folder, tmp_path / name)
        assert pq.read_schema(tmp_path / name / "part-00000.parquet").equals(SCHEMA)


def test_parts_hold_so_many_people_each(built, tmp_path):
    """Together they are the whole."""
    model, whole, parts = built("workplaces").model_folder, tmp_path / "whole", tmp_path / "parts"
    export(model, whole, Asked(kinds=(Kind.PEOPLE,)))
    asked = Asked(kinds=(Kind.PEOPLE,), people_per_part=3)
    assert export(model, parts, asked, workers=1).parts == len(list(parts.glob("part-*"))) == 3
    assert rows_of(parts) == rows_of(whole)


@pytest.mark.parametrize("kind", [Kind.PEOPLE, Kind.REACTIVATION])
def test_one_kind_of_list_alone_can_be_asked_for(built, tmp_path, kind):
    """The other has no rows."""
    report = export(built("dormant_pair").model_folder, tmp_path / "out", Asked(kinds=(kind,)))
    assert {row["kind"] for row in rows_of(tmp_path / "out")} == {str(kind)} == set(report.rows)


def test_people_can_be_named_in_a_file(built, tmp_path):
    """One id a line, in any script; empty lines and repetitions change nothing."""
    model, asked = built("unicode_ids").model_folder, Asked(kinds=(Kind.PEOPLE,))
    names = tmp_path / "people.txt"
    names.write_text("\n".join([UNICODE[4], "", UNICODE[0], UNICODE[4], ""]), encoding="utf-8")
    report = export(model, tmp_path / "out", asked, people=names)
    export(model, tmp_path / "whole", asked)
    chosen = {UNICODE[0], UNICODE[4]}
    assert report.people == 2
    assert rows_of(tmp_path / "out") == [
        row for row in rows_of(tmp_path / "whole") if row["person_id"] in chosen
    ]


def test_unknown_people_in_the_file_stop_the_export(built, tmp_path):
    """With nothing written; where in the file they stand is told."""
    names = tmp_path / "people.txt"
    names.write_text("a1\nnobody\n\n" + "".join(f"nobody {i}\n" for i in range(9)))
    with pytest.raises(InputDataError) as caught:
        export(built("two_cliques").model_folder, tmp_path / "out", people=names)
    said = str(caught.value)
    assert "people.txt names people who are not in model 2" in said
    assert "line 2: 'nobody', line 4: 'nobody 0', line 5: 'nobody 1' and 7 more" in said
    assert [path.name for path in tmp_path.iterdir()] == ["people.txt"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"", b"\n\r\n"])
def test_a_file_of_people_that_cannot_be_read_is_named(built, tmp_path, content):
    """Missing, not text, or without a name."""
    names = tmp_path / "people.txt"
    if content is not None:
        names.write_bytes(content)
    with pytest.raises(InputDataError, match=r"people\.txt"):
        export(built("two_cliques").model_folder, tmp_path / "out", people=names)


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
        export(built("two_cliques").model_folder, out)
    assert {path.name: path.read_text() for path in out.iterdir()} == existing
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_is_never_replaced(built, tmp_path):
    """A folder is asked for."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="folder"):
        export(built("two_cliques").model_folder, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_empty_folder_and_an_older_export_are_replaced(built, tmp_path):
    """By the new one, whole."""
    out = tmp_path / "out"
    out.mkdir()
    export(built("two_cliques").model_folder, out, Asked(file_format="csv"))
    export(built("dormant_pair").model_folder, out)
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "part-00000.parquet"]
    assert rows_of(out)[0]["model"] == built("dormant_pair").pipeline.info.name
