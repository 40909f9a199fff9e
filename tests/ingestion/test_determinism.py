"""A snapshot is a function of the rows before its time: format, order and clock do not show."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import snapshot
from ingestion.snapshot import ingest
from recommender.domain.config import IngestConfig
from tests.ingestion.tables import (
    AS_OF,
    FORMATS,
    activity,
    content,
    host,
    interaction,
    rows_of,
    snap,
    write_host,
    write_table,
)


def busy_host(number=20):
    """A host of some people with a few hundred events and one of every declared table."""
    dice = random.Random(0)
    people = [f"p{n:02}" for n in range(number)]
    topics = [f"t{n}" for n in range(6)]

    def at(days):
        return (AS_OF - timedelta(seconds=dice.randrange(1, days * 86_400))).isoformat()

    acts = [
        activity(dice.choice(people), dice.choice(topics), at(900), object_id=f"o{n % 9}",
                 weight=round(dice.random(), 3))
        for n in range(300)
    ]  # fmt: skip
    pairs = [dice.sample(people, 2) for _ in range(300)]
    talks = [interaction(a, b, at(900), topic_id=dice.choice(topics)) for a, b in pairs]
    return host(
        activities=acts,
        interactions=talks,
        people=[{"person_id": p, "display_name": p.upper(), "joined_at": at(900)} for p in people],
        topics=[{"topic_id": t, "label": t} for t in topics],
        objects=[{"object_id": f"o{n}", "topic_id": "t1", "title": "O"} for n in range(9)],
        connections=[{"person_id": "p01", "contact_id": "p02", "connected_at": at(99)}],
        goals=[{"person_id": "p01", "topic_id": "t2", "direction": "learn", "set_at": at(9)}],
        skills=[{"person_id": "p02", "topic_id": "t2", "level": 3}],
        blocks=[{"person_id": "p03", "contact_id": "p04", "kind": "mute", "created_at": at(9)}],
    )


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The bytes that the busy host's snapshot has."""
    folder = tmp_path_factory.mktemp("expected")
    return content(snap(write_host(folder / "in", busy_host()), folder / "out").snapshot)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_bytes(tmp_path, form, expected):
    """Parquet, CSV and JSON Lines, compressed or not."""
    source = write_host(tmp_path / "in", busy_host(), form)
    assert content(snap(source, tmp_path / "out").snapshot) == expected


def test_formats_mixed_at_will_give_the_same_bytes(tmp_path, expected):
    """Each table in another format, and one table in several files of several formats."""
    for number, (name, rows) in enumerate(busy_host().items()):
        write_table(tmp_path / "in" / f"{name}.{FORMATS[number % len(FORMATS)]}", rows[:100])
        for part, form in enumerate(FORMATS):
            if rows[100 + part :: len(FORMATS)]:
                file = tmp_path / "in" / name / f"part-{part}.{form}"
                write_table(file, rows[100 + part :: len(FORMATS)])
    assert content(snap(tmp_path / "in", tmp_path / "out").snapshot) == expected


def test_the_order_of_rows_and_the_number_of_threads_do_not_show(tmp_path, expected):
    """Sums of floats would differ in their last bits; sums of integers do not."""
    shuffled = {k: random.Random(k).sample(list(v), len(v)) for k, v in busy_host().items()}
    source = write_host(tmp_path / "in", shuffled)
    for threads in (1, 3):
        config = IngestConfig(memory_limit_mb=256, threads=threads)
        report = ingest(source, tmp_path / f"out-{threads}", config, AS_OF)
        assert content(report.snapshot) == expected


def test_the_number_of_parts_does_not_show(tmp_path, monkeypatch):
    """A part for each person, a few, or one for all."""
    source = write_host(tmp_path / "in", busy_host(5))
    found = []
    for events in (1, 200, 10**6):
        monkeypatch.setattr(snapshot, "SLICE_EVENTS", events)
        found.append(content(snap(source, tmp_path / f"out-{events}").snapshot))
    assert found[0] == found[1] == found[2]


def test_a_second_run_publishes_the_same_version(tmp_path):
    """Its name is its content's, so there is one version after two runs."""
    source = write_host(tmp_path / "in", busy_host())
    first = snap(source, tmp_path / "out").snapshot
    assert snap(source, tmp_path / "out").snapshot == first
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [first.name, "CURRENT"]


LATER = ["2024-07-01T00:00:00", "2024-07-01T00:00:00.000001", "2024-07-01T02:00:00+02:00",
         "2031-01-01", "2999-01-01"]  # fmt: skip


def late_rows(at):
    """Rows of every table with a time, full of names that nothing else has, some of them bad."""
    return {
        "activities": [
            activity("late", "new", at, object_id="o-new"),
            activity("late", "new", at, weight="-1"),
            activity("x" * 999, "new", at),
        ],
        "interactions": [interaction("late", "later", at), interaction("late", "late", at)],
        "people": [{"person_id": "late", "joined_at": at, "level": "bad"}],
        "connections": [{"person_id": "late", "contact_id": "p01", "connected_at": at}],
        "goals": [{"person_id": "late", "topic_id": "new", "set_at": at, "direction": "odd"}],
        "blocks": [{"person_id": "p01", "contact_id": "p02", "created_at": at}],
    }


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_rows_at_or_after_the_time_change_no_byte(tmp_path, form, expected):
    """Not the people, not the quarantine, not the manifest."""
    later = [late_rows(at) for at in LATER]
    tables = {
        name: [*rows, *(row for late in later for row in late.get(name, []))]
        for name, rows in busy_host().items()
    }
    report = snap(write_host(tmp_path / "in", tables, form), tmp_path / "out")
    assert content(report.snapshot) == expected
    assert report.tables["activities"].ignored == 3 * len(LATER)


def test_a_microsecond_earlier_a_row_counts(tmp_path, expected):
    """The control: the same rows, one microsecond before the time, change every file."""
    later = late_rows("2024-06-30T23:59:59.999999")
    tables = {name: [*rows, *later.get(name, [])] for name, rows in busy_host().items()}
    got = content(snap(write_host(tmp_path / "in", tables), tmp_path / "out").snapshot)
    assert [name for name in expected if got[name] == expected[name]] == []


def test_an_end_that_has_not_come_yet_is_unknown(tmp_path):
    """A tie that ends at the time or later is still held; one that ended before is not."""
    ends = ["2024-06-30T23:59:59.999999", "2024-07-01", "2025-01-01", None]
    ties = [
        {"person_id": "ada", "contact_id": f"c{n}", "ended_at": end} for n, end in enumerate(ends)
    ]
    report = snap(write_host(tmp_path / "in", host(connections=ties)), tmp_path / "out")
    found = [row["ended_at"] for row in rows_of(report, "connections")]
    assert found == [datetime(2024, 6, 30, 23, 59, 59, 999999), None, None, None]


@pytest.mark.parametrize(
    "kind",
    [
        pa.timestamp("us"),
        pa.timestamp("us", "UTC"),
        pa.timestamp("us", "Asia/Tokyo"),
        pa.timestamp("ns"),
        pa.timestamp("ns", "America/Lima"),
    ],
)
def test_the_cut_is_exact_for_every_type_of_time(tmp_path, kind):
    """One microsecond before the time counts, the time itself does not."""
    at = [AS_OF - timedelta(microseconds=1), AS_OF, AS_OF + timedelta(microseconds=1)]
    times = pa.array([t.replace(tzinfo=UTC) for t in at], pa.timestamp("us", "UTC")).cast(kind)
    save_times(tmp_path / "in", times)
    report = snap(tmp_path / "in", tmp_path / "out")
    (row,) = rows_of(report, "person_topic")
    assert (row["count"], row["last_at"]) == (1, at[0])


def test_nanoseconds_are_rounded_down_before_and_after_1970(tmp_path):
    """Rounding to the nearest microsecond would move the last one to the time itself."""
    last = int(AS_OF.replace(tzinfo=UTC).timestamp()) * 10**9
    save_times(tmp_path / "in", pa.array([-1, last - 1, last, last + 999], pa.timestamp("ns")))
    (row,) = rows_of(snap(tmp_path / "in", tmp_path / "out"), "person_topic")
    assert row["count"] == 2
    assert row["first_at"] == datetime(1969, 12, 31, 23, 59, 59, 999999)
    assert row["last_at"] == AS_OF - timedelta(microseconds=1)


def test_dates_and_times_of_any_zone_are_the_same_instant(tmp_path):
    """A time given with a zone, and an as-of time given with one."""
    rows = [activity(at="2024-06-30T23:30:00-01:00"), activity(at="2024-06-30")]
    source = write_host(tmp_path / "in", host(activities=rows))
    for zone in (UTC, timezone(timedelta(hours=5))):
        as_of = AS_OF.replace(tzinfo=UTC).astimezone(zone)
        report = snap(source, tmp_path / "out", as_of)
        assert rows_of(report, "person_topic")[0]["count"] == 1
        assert report.as_of == AS_OF.replace(tzinfo=UTC)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.datetimes(datetime(2015, 1, 1), datetime(2024, 6, 30, 23, 59, 59)),
        st.floats(0, 1e6),
    ),
    min_size=1,
    max_size=40,
    unique=True,
)
"""Topic, time and weight of events."""


@settings(max_examples=8, deadline=None, derandomize=True)
@given(events=EVENTS)
def test_sums_are_what_their_definition_says(tmp_path_factory, events):
    """Any weights, any times: count, days, times and decayed sums, within float32."""
    folder = tmp_path_factory.mktemp("any")
    rows = [activity("ada", topic, at.isoformat(), weight=w) for topic, at, w in events]
    report = snap(write_host(folder / "in", host(activities=rows), "jsonl"), folder / "out")
    topics = [row["topic_id"] for row in rows_of(report, "topics")]
    for row in rows_of(report, "person_topic"):
        own = [(at, w) for topic, at, w in events if topic == topics[row["topic"]]]
        assert row["count"] == len(own)
        assert row["active_days"] == len({at.date() for at, _ in own})
        assert (row["first_at"], row["last_at"]) == (min(own)[0], max(own)[0])
        assert row["weight"] == pytest.approx(sum(w for _, w in own), rel=1e-6, abs=1e-8)
        for half_life in (14, 180, 730):
            ages = [(AS_OF - at) / timedelta(days=half_life) for at, _ in own]
            wanted = sum(w * 2**-age for (_, w), age in zip(own, ages, strict=True))
            assert row[f"decay_{half_life}"] == pytest.approx(wanted, rel=1e-5, abs=1e-8)


def save_times(folder, times):
    """A host whose activities happened at `times`, as a Parquet column of that type."""
    write_host(folder, host())
    (folder / "activities.csv").unlink()
    same = {name: ["x"] * len(times) for name in ("person_id", "topic_id")}
    verbs = [f"verb-{n}" for n in range(len(times))]
    table = pa.table({**same, "occurred_at": times, "verb": verbs})
    pq.write_table(table, folder / "activities.parquet")
