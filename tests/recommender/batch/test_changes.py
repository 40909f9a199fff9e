"""Only lists that changed since an earlier model: what is left out is as it was."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from recommender.batch import Asked, export
from recommender.batch.verify import verify
from recommender.domain.errors import VersionNotFoundError
from recommender.domain.slate import Kind
from tests.recommender.exported import rows_of
from tests.world_builder import build
from tests.worlds import two_cliques


def quiet_pairs():
    """Two cliques, and beside them pairs of people who have not spoken for long."""
    world = two_cliques()
    for pair in ("de", "fg", "hi"):
        world.talk(*pair, 200, 210, 220, 300, topic="b-talk")
    return world


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return build(quiet_pairs(), tmp_path_factory.mktemp("before")).model_folder


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    """Some days on: two met, two spoke again, somebody came, and somebody left."""
    world = quiet_pairs().talk("a1", "a2", 1, 2, topic="a-talk").talk("f", "g", 1, topic="b-talk")
    world.works("c1", "b-talk", 1, 2)
    for table in world.tables.values():
        table[:] = [fact for fact in table if "b1" not in fact.values()]
    return build(world, tmp_path_factory.mktemp("later")).model_folder


def lists(out, names=("contact_id", "tie_layer")):
    """Every list by kind and person: what may change of it."""
    found = {}
    for row in rows_of(out):
        reasons = [(r["kind"], r["topic_id"], r["object_id"]) for r in row["reasons"]]
        told = (*(row[name] for name in names), reasons)
        found.setdefault((row["kind"], row["person_id"]), []).append(told)
    return found


def changed(out):
    parts = sorted(out.glob("changed-*.parquet"))
    rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
    return {(row["kind"], row["person_id"]): row["rows"] for row in rows}


@pytest.mark.parametrize("size", [2, 100])
def test_just_the_lists_that_differ_are_written(before, later, tmp_path, size):
    """With those that are empty now, and of people who are gone, named beside them."""
    export(before, tmp_path / "before", workers=1)
    export(later, tmp_path / "after", workers=1)
    out, asked = tmp_path / "out", Asked(people_per_part=size)
    report = export(later, out, asked, since=before, workers=1)
    old, new = lists(tmp_path / "before"), lists(tmp_path / "after")
    differ = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    assert lists(out) == {key: new[key] for key in new if key in differ}
    assert changed(out) == {key: len(new.get(key, ())) for key in differ}
    assert 0 in changed(out).values()
    assert any(key in new for key in differ)
    assert sum(report.rows.values()) == len(rows_of(out)) < len(rows_of(tmp_path / "after"))
    assert verify(str(out)).rows == report.rows


@pytest.mark.parametrize("file_format", ["parquet", "csv", "jsonl"])
def test_nothing_has_changed_since_the_model_itself(before, tmp_path, file_format):
    """An export without a row, which is whole all the same."""
    model, out = before, tmp_path / "out"
    report = export(model, out, Asked(file_format=file_format), since=model, workers=1)
    assert set(report.rows.values()) == {0}
    assert rows_of(out, file_format) == []
    verify(str(out))


def test_people_can_be_named(before, later, tmp_path):
    """Then nothing is said of others."""
    (tmp_path / "people").write_text("a1\n")
    asked = Asked(kinds=(Kind.PEOPLE,))
    out = tmp_path / "out"
    export(later, out, asked, since=before, people=tmp_path / "people", workers=1)
    assert changed(out).keys() <= {("people", "a1")}


def test_an_earlier_model_must_be_there(before, tmp_path):
    """It is looked for first."""
    with pytest.raises(VersionNotFoundError, match="none"):
        export(before, tmp_path / "out", since=tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
