"""Whether an export is whole: every lie of a manifest, and every list out of order, is found."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recommender.batch import Asked, export
from recommender.batch.part import facts_of
from recommender.batch.verify import verify
from recommender.domain.documents import to_document
from recommender.domain.errors import CorruptVersionError, InvalidArgumentError
from recommender.domain.versions import MANIFEST

PART = "part-00000.parquet"


@pytest.fixture
def out(built, tmp_path):
    """An export in two parts."""
    asked = Asked(top=5, people_per_part=5)
    export(built("two_cliques").model_folder, tmp_path / "out", asked, workers=1)
    return tmp_path / "out"


def claim(out, **facts):
    """Have the manifest say something else."""
    manifest = json.loads((out / MANIFEST).read_bytes())
    (out / MANIFEST).write_text(json.dumps(manifest | facts))


def rewrite(out, change, part=PART):
    """Change a part, and have the manifest vouch for it all the same."""
    table = change(pq.read_table(out / part))
    pq.write_table(table, out / part)
    files = json.loads((out / MANIFEST).read_bytes())["files"]
    claim(out, files=files | {part: to_document(facts_of(out / part))})


def column(name, change):
    """A change of one column, by row."""

    def changed(table):
        values = table[name].to_pylist()
        place = table.schema.get_field_index(name)
        field = table.schema.field(name)
        return table.set_column(place, field, pa.array(change(values), field.type))

    return changed


def refused(out):
    with pytest.raises(CorruptVersionError) as caught:
        verify(str(out))
    said = str(caught.value)
    assert str(out) in said
    assert "\n" not in said
    return said


@pytest.mark.parametrize("file_format", ["parquet", "jsonl", "csv"])
def test_an_export_is_whole(any_world, tmp_path, file_format):
    """In every format; it is said what it holds."""
    asked = Asked(top=5, people_per_part=3, file_format=file_format)
    report = export(any_world.model_folder, tmp_path / "out", asked, workers=1)
    found = verify(str(tmp_path / "out"))
    assert (found.people, found.rows, found.bytes) == (report.people, report.rows, report.bytes)
    assert found.files == report.parts


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda out: (out / PART).unlink(), f"{PART} is missing"),
        (lambda out: (out / "part-9.parquet").write_text(""), "part-9.parquet is not in manifest"),
        (lambda out: (out / PART).write_bytes(b"x"), f"{PART} has 1 bytes, manifest.json says"),
        (lambda out: _flip(out / PART), f"{PART} has changed: its sha256 is not that of"),
        (lambda out: (out / MANIFEST).unlink(), "manifest.json is missing"),
        (lambda out: (out / MANIFEST).write_text("["), "manifest.json is none of an export"),
        (lambda out: (out / MANIFEST).write_text("[]"), "manifest.json is none of an export"),
        (lambda out: claim(out, kind="model"), "holds 'model' of format 2"),
        (lambda out: claim(out, format=1), "holds 'export' of format 1"),
        (lambda out: claim(out, files={PART: {}}), "is not whole"),
        (lambda out: claim(out, rows={"people": 1}), "rows, and manifest.json says {'people': 1}"),
        (lambda out: claim(out, model="other"), "is not of model other"),
        (lambda out: claim(out, settings={"kinds": [], "top": 5, "format": "parquet"}), "place"),
        (
            lambda out: claim(
                out, settings={"kinds": ["people", "reactivation"], "top": 1, "format": "parquet"}
            ),
            "ranks from 1 to at most 1",
        ),
    ],
)
def test_a_manifest_that_lies_is_found_out(out, spoil, said):
    """Whatever it lies about."""
    spoil(out)
    assert said in refused(out)


def _flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (column("rank", lambda v: [v[0] + 1, *v[1:]]), "does not begin with rank 1"),
        (column("rank", lambda v: [x if x == 1 else x + 1 for x in v]), "ranks from 1"),
        (column("contact_id", lambda v: [v[1]] * len(v)), "somebody twice"),
        (column("person_id", lambda v: v[::-1]), "rows of another list"),
        (column("model", lambda v: ["x", *v[1:]]), "is not of model 2"),
        (column("kind", lambda v: ["maintenance", *v[1:]]), "rows of another list"),
        (lambda t: pa.concat_tables([t, t]), "twice or out of order"),
        (lambda t: t.drop_columns(["model"]), "columns are not those of an export"),
        (lambda t: t.slice(1), "does not begin with rank 1"),
    ],
)
def test_lists_that_are_none_are_found(out, change, said):
    """Though every checksum holds."""
    rewrite(out, change)
    assert said in refused(out)


def test_nobody_is_on_her_own_list(out):
    """Though every checksum holds."""

    def on_it(table):
        people = table["person_id"].to_pylist()
        return column("contact_id", lambda v: [people[0], *v[1:]])(table)

    rewrite(out, on_it)
    assert "has herself" in refused(out)


def test_people_are_in_one_part_each(out):
    """In order."""
    first, second = sorted(out.glob("part-*"))
    one, other = pq.read_table(first), pq.read_table(second)
    rewrite(out, lambda _: other, first.name)
    rewrite(out, lambda _: one, second.name)
    assert "twice or out of order" in refused(out)


def test_a_file_that_is_no_parquet_is_named(out):
    """Though its checksum holds."""
    (out / PART).write_bytes(b"PAR1 no PAR1")
    files = json.loads((out / MANIFEST).read_bytes())["files"]
    claim(out, files=files | {PART: to_document(facts_of(out / PART))})
    assert refused(out).startswith(f"{out}/{PART}: ")


def test_a_place_where_no_folder_is(tmp_path):
    """The argument is wrong, not the export."""
    with pytest.raises(InvalidArgumentError, match="no folder"):
        verify(str(tmp_path / "none"))
