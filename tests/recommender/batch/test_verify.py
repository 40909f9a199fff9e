"""Whether an export is whole: every lie of a manifest, and every list out of order, is found."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq
import pytest

from recommender.batch import Asked, export
from recommender.batch.part import facts_of
from recommender.batch.shelf import Shelf
from recommender.batch.stated import numbered
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


def settle(out, **facts):
    """Have the manifest say other settings."""
    settings = json.loads((out / MANIFEST).read_bytes())["settings"]
    claim(out, settings=settings | facts)


def vouch(out, *parts):
    """Have the manifest vouch for parts as they are."""
    files = json.loads((out / MANIFEST).read_bytes())["files"]
    claim(out, files=files | {part: to_document(facts_of(out / part)) for part in parts})


def rewrite(out, change, part=PART):
    """Change a part, and have the manifest vouch for it all the same."""
    table = change(pq.read_table(out / part))
    pq.write_table(table, out / part)
    vouch(out, part)


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


def test_an_export_is_whole(any_world, tmp_path):
    """It is said what it holds."""
    is_whole(any_world, tmp_path, "parquet")


@pytest.mark.parametrize("file_format", ["jsonl", "csv"])
@pytest.mark.parametrize("name", ["dormant_pair", "workplaces", "unicode_ids", "one_person"])
def test_an_export_is_whole_in_every_format(built, tmp_path, name, file_format):
    """As it is in Parquet."""
    is_whole(built(name), tmp_path, file_format)


def is_whole(world, tmp_path, file_format):
    """Export in small parts, and verify."""
    asked = Asked(top=5, people_per_part=3, file_format=file_format)
    report = export(world.model_folder, tmp_path / "out", asked, workers=1)
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
        (lambda out: settle(out, kinds=[]), "place"),
        (lambda out: settle(out, top=1), "ranks from 1 to at most 1"),
        (lambda out: settle(out, top="5"), "not whole: settings.top is"),
        (lambda out: settle(out, top=True), "not whole: settings.top is"),
        (lambda out: settle(out, kinds=5), "not whole: settings.kinds is"),
        (lambda out: settle(out, kinds=[["people"]]), "not whole: settings.kinds is"),
        (lambda out: settle(out, format="xml"), "not whole: settings.format is"),
        (lambda out: settle(out, people_per_part=0), "not whole: settings.people_per_part is"),
        (lambda out: claim(out, settings=5), "not whole: settings is"),
        (lambda out: claim(out, rows={"people": "1"}), "not whole: rows.people is"),
        (lambda out: claim(out, run=None), "not whole: run is"),
        (lambda out: claim(out, schema=[]), "the columns under schema are not those"),
        (lambda out: claim(out, parts=3), "has 2 parts, and manifest.json says that there are 3"),
        (lambda out: claim(out, people=5), "2 parts of 5 people are not the 5 people"),
        (lambda out: claim(out, people=6), "the parts hold lists of 10 people, and manifest.json"),
        (lambda out: settle(out, format="jsonl"), f"{PART} is no file of an export"),
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
        (column("person_id", lambda v: [None, *v[1:]]), "a row has no person_id"),
    ],
)
def test_lists_that_are_none_are_found(out, change, said):
    """Though every checksum holds."""
    rewrite(out, change)
    assert said in refused(out)


def test_a_part_has_everyone_after_those_of_the_parts_before(out):
    """Of whatever kind their lists are."""
    first, second = sorted(out.glob("part-*"))
    other = column("kind", lambda v: ["maintenance"] * len(v))(pq.read_table(first))
    rewrite(out, lambda _: other, second.name)
    assert "twice or out of order in lists of maintenance" in refused(out)


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
    vouch(out, PART)
    assert refused(out).startswith(f"{out}/{PART}: ")


def test_a_file_that_is_damaged_inside_is_named(out):
    """Though its checksum holds, and its columns can be read."""
    content = bytearray((out / PART).read_bytes())
    content[4:100] = b"\xff" * 96  # the first page of the first column
    (out / PART).write_bytes(content)
    vouch(out, PART)
    assert refused(out).startswith(f"{out}/{PART}")


@pytest.mark.parametrize("step", ["names", "read"])
def test_a_store_that_fails_is_named(out, monkeypatch, step):
    """When its files are listed, and in the midst of one."""
    failing = Failing(step)
    monkeypatch.setattr(Shelf, "at", lambda out: Shelf(out, failing, out))
    assert "cannot be read: no answer" in refused(str(out))


class Failing:
    """A file system that fails at one step."""

    def __init__(self, step):
        self.step, self.real = step, pafs.LocalFileSystem()

    def get_file_info(self, within):
        if self.step == "names":
            raise OSError("no\nanswer")
        return self.real.get_file_info(within)

    @contextmanager
    def open_input_file(self, path):
        if self.step == "read" and not path.endswith(MANIFEST):
            yield self
        else:
            with self.real.open_input_file(path) as file:
                yield file

    def read(self, size):
        raise OSError("no\nanswer")


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [_without(row, "score") for row in rows], "columns are not those"),
        (lambda rows: [row | {"other": 1} for row in rows], "columns|unexpected field"),
        (lambda rows: [row | {"score": "high"} for row in rows], "high|from number to string"),
        (lambda rows: [row | {"last_contact_at": "soon"} for row in rows], "soon"),
        (lambda rows: [row | {"score": None} for row in rows], "a row has no score"),
        (lambda rows: [dict(reversed(row.items())) for row in rows], "columns are not those"),
    ],
)
def test_columns_of_texts_are_checked(built, tmp_path, file_format, change, said):
    """Those that no list is judged by, too."""
    part = text_export(built, tmp_path / "out", file_format)
    rows = change(list(READ[file_format](part.read_text("utf-8"))))
    part.write_text(WRITE[file_format](rows), "utf-8")
    vouch(tmp_path / "out", part.name)
    found = refused(tmp_path / "out")
    assert found.startswith(f"{part}: ")
    assert re.search(said, found)


@pytest.mark.parametrize("line", ["5", "[]", "{}", '{"kind":"people"}', "{} {}", '{"kind', ""])
def test_a_line_that_is_no_row_is_found(built, tmp_path, line):
    """Where a row is missing something, too."""
    part = text_export(built, tmp_path / "out", "jsonl")
    part.write_text(f"{part.read_text('utf-8')}{line}\n", "utf-8")
    vouch(tmp_path / "out", part.name)
    assert refused(tmp_path / "out").startswith(f"{part}: ")


def text_export(built, out, file_format):
    """An export in one part; its part."""
    export(built("two_cliques").model_folder, out, Asked(file_format=file_format), workers=1)
    return out / f"part-00000.{file_format}"


def _without(row, name):
    return {key: value for key, value in row.items() if key != name}


def _csv_text(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


READ = {
    "csv": lambda text: csv.DictReader(io.StringIO(text)),
    "jsonl": lambda text: map(json.loads, text.splitlines()),
}
WRITE = {
    "csv": _csv_text,
    "jsonl": lambda rows: "".join(f"{json.dumps(row)}\n" for row in rows),
}


@pytest.mark.parametrize("file_format", ["parquet", "csv", "jsonl"])
def test_what_changed_is_looked_at_too(built, tmp_path, file_format):
    """It says which lists to delete."""
    model, out = built("two_cliques").model_folder, tmp_path / "out"
    export(model, out, Asked(file_format=file_format), since=model, workers=1)
    verify(str(out))
    (changed,) = out.glob("changed-*")
    changed.write_text("kind,people\n")
    vouch(out, changed.name)
    assert refused(out).startswith(f"{changed}: ")


def test_parts_are_in_the_order_of_their_numbers(out):
    """The hundred thousandth comes last, though its name comes before that of the 10,001st."""
    names = [f"part-{number:05d}.parquet" for number in range(100_002)]
    stated = {"files": dict.fromkeys(sorted(names)), "settings": {"format": "parquet"}}
    assert numbered(Shelf.at(str(out)), stated, "part") == names


def test_a_part_that_is_there_twice_is_found(out):
    """Under one number in two folders, as an object store could have it."""
    manifest = json.loads((out / MANIFEST).read_bytes())
    first, second = sorted(manifest["files"])
    (out / "more").mkdir()
    (out / second).rename(out / "more" / first)
    files = {first: manifest["files"][first], f"more/{first}": manifest["files"][second]}
    claim(out, files=files)
    assert "numbered from 0" in refused(out)


def test_a_place_where_no_folder_is(tmp_path):
    """The argument is wrong, not the export."""
    with pytest.raises(InvalidArgumentError, match="no folder"):
        verify(str(tmp_path / "none"))
