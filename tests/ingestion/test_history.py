"""The history of who addressed whom holds what ingestion would keep, in order of time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion import history
from ingestion.history import write_history
from recommender.domain.config import IngestConfig
from recommender.domain.errors import InputDataError, InvalidArgumentError, OutputError
from tests.ingestion.tables import CONFIG, FORMATS, host, interaction, rows_of, snap, write_host


def told(folder, tables, form="csv", config=CONFIG):
    """Write a host and its history; returns the history's file."""
    path = folder / "out" / "history.parquet"
    write_history(write_host(folder / "in", tables, form), path, config)
    return path


def lines(path):
    """The history's rows as tuples."""
    return [tuple(row.values()) for row in pq.read_table(path).to_pylist()]


def day(number):
    return f"2024-06-{number:02}"


def test_rows_are_in_order_of_time_and_then_of_both_ids(tmp_path):
    """Whatever their order was; ids are ordered by their bytes."""
    rows = [
        interaction("bea", "ada", day(2)), interaction("ada", "zoe", day(2)),
        interaction("zoe", "ada", day(1)), interaction("ada", "Zed", day(2)),
    ]  # fmt: skip
    one, two = datetime(2024, 6, 1), datetime(2024, 6, 2)
    assert lines(told(tmp_path, host(interactions=rows))) == [
        ("zoe", "ada", one), ("ada", "Zed", two), ("ada", "zoe", two), ("bea", "ada", two),
    ]  # fmt: skip


def test_the_number_of_rows_is_returned(tmp_path):
    """Three interactions, three rows."""
    rows = [interaction(at=day(n)) for n in (1, 2, 3)]
    source = write_host(tmp_path / "in", host(interactions=rows))
    assert write_history(source, tmp_path / "history.parquet", CONFIG) == 3


def test_the_file_has_strings_and_times_in_utc(tmp_path):
    """A time with a zone is the same instant without one."""
    path = told(tmp_path, host(interactions=[interaction(at="2024-06-01T02:00:00+02:00")]))
    schema = pq.read_schema(path)
    assert schema.names == ["person_id", "contact_id", "occurred_at"]
    assert schema.types == [pa.string(), pa.string(), pa.timestamp("us")]
    assert lines(path)[0][2] == datetime(2024, 6, 1)


def soon(**delta):
    """A time so far from now."""
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


BAD = [
    interaction("", "bea"), interaction("ada", ""), interaction(at="never"), interaction(verb=""),
    interaction("ada", "ada"), interaction(weight="-1"), interaction("x" * 300),
    interaction("a\x01da"), interaction(at="2999-01-01"), interaction(at=soon(days=1)),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_what_ingestion_leaves_out_is_left_out(tmp_path, bad):
    """Each kind of bad row, and what has not happened yet."""
    good = interaction(at=day(3))
    path = told(tmp_path, host(interactions=[bad, good]), "jsonl")
    assert lines(path) == [("ada", "bea", datetime(2024, 6, 3))]


def test_as_many_rows_are_kept_as_ingestion_keeps(tmp_path):
    """Over all bad rows and repeated ones together."""
    rows = [*BAD, *(interaction(at=day(n % 4 + 1), topic_id=f"t{n % 3}") for n in range(40))]
    rows += [interaction(weight=1.0, verb="odd"), interaction(weight=None, verb="odd")]
    path = told(tmp_path, host(interactions=rows), "jsonl")
    report = snap(tmp_path / "in", tmp_path / "snapshots", as_of=None)
    assert len(lines(path)) == report.tables["interactions"].kept
    assert len(lines(path)) == sum(row["count"] for row in rows_of(report, "person_contact"))


def test_what_is_said_twice_at_once_counts_once_and_in_two_places_twice(tmp_path):
    """The same row again is a mistake; the same people elsewhere at that time are not."""
    rows = [interaction(), interaction(), interaction(object_id="here")]
    assert len(lines(told(tmp_path, host(interactions=rows), "jsonl"))) == 2


@pytest.fixture(scope="module")
def crowd():
    """A few hundred interactions, many at the same time."""
    dice = random.Random(1)
    names = ["ada", "bea", "Ωμέγα", "🦉", "zoë"]
    pairs = [dice.sample(names, 2) for _ in range(300)]
    return [interaction(a, b, day(dice.randint(1, 28))) for a, b in pairs]


@pytest.mark.parametrize("form", FORMATS)
def test_neither_order_nor_format_nor_threads_show_in_the_bytes(tmp_path, crowd, form):
    """The same rows give the same file."""
    expected = told(tmp_path / "a", host(interactions=crowd), "parquet").read_bytes()
    shuffled = random.Random(form).sample(crowd, len(crowd))
    config = IngestConfig(memory_limit_mb=256, threads=1)
    path = told(tmp_path / "b", host(interactions=shuffled), form, config)
    assert path.read_bytes() == expected


def test_a_host_that_never_spoke_has_an_empty_history(tmp_path):
    """No rows, the same columns."""
    path = told(tmp_path, host(interactions=[]))
    assert lines(path) == []
    assert pq.read_schema(path).names == ["person_id", "contact_id", "occurred_at"]


@pytest.mark.parametrize("missing", ["activities", "interactions"])
def test_data_that_cannot_be_ingested_is_refused_and_leaves_nothing(tmp_path, missing):
    """By the same sentence, and without a folder that was not there before."""
    tables = {name: rows for name, rows in host().items() if name != missing}
    with pytest.raises(InputDataError, match=f"no table '{missing}'"):
        told(tmp_path, tables)
    assert not (tmp_path / "out").exists()


def test_a_kind_of_data_that_is_not_known_is_refused(tmp_path):
    """As `ingest` refuses it."""
    with pytest.raises(InvalidArgumentError, match="from"):
        write_history(tmp_path, tmp_path / "history.parquet", CONFIG, kind="tape")


def test_a_file_that_is_damaged_is_named(tmp_path):
    """One line, with the file."""
    source = write_host(tmp_path / "in", host())
    (source / "interactions.parquet").write_bytes(b"PAR1 no more PAR1")
    with pytest.raises(InputDataError, match=r"interactions\.parquet") as caught:
        write_history(source, tmp_path / "history.parquet", CONFIG)
    assert "\n" not in str(caught.value)


def test_a_run_that_ends_half_way_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    """A full disk is one line."""
    path = told(tmp_path, host())
    before = path.read_bytes()

    def full(target, schema, batches):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(history, "write", full)
    with pytest.raises(OutputError, match="No space left"):
        write_history(tmp_path / "in", path, CONFIG)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_progress_stays_between_0_and_1_and_ends(tmp_path):
    """Steps have names."""
    seen = []
    source = write_host(tmp_path / "in", host())
    listen = lambda *step: seen.append(step)  # noqa: E731 - as short as it gets
    write_history(source, tmp_path / "history.parquet", CONFIG, progress=listen)
    assert seen[0] == ("reading files", 0.0)
    assert seen[-1][1] == 1.0
    assert all(0 <= share <= 1 for _, share in seen)
