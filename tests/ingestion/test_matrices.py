"""What a snapshot says, written out for hosts small enough to work out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow.parquet as pq
import pytest

from ingestion.snapshot import verify
from recommender.domain.tables import snapshot_schemas
from tests.ingestion.tables import (
    AS_OF,
    activity,
    host,
    interaction,
    rows_of,
    snap,
    write_host,
)


def ago(days: float) -> str:
    """The time so many days before the as-of time."""
    return (AS_OF - timedelta(days=days)).isoformat()


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def source(tmp_path):
    return tmp_path / "in"


def test_a_matrix_counts_events_days_times_and_decayed_weights(source, out):
    """Three posts: 30 days ago twice, 60 days ago once; decay_30 = ½ + ½ + ¼."""
    at = [ago(30), (AS_OF - timedelta(days=30) + timedelta(hours=1)).isoformat(), ago(60)]
    rows = [activity(at=time, object_id="thread", weight=2) for time in at]
    report = snap(write_host(source, host(activities=rows)), out)
    (row,) = rows_of(report, "person_topic")
    assert row["count"] == 3
    assert row["active_days"] == 2
    assert row["first_at"] == AS_OF - timedelta(days=60)
    assert row["last_at"] == AS_OF - timedelta(days=30) + timedelta(hours=1)
    assert row["weight"] == 6
    hour = 2 ** (1 / 24 / 30)
    assert row["decay_30"] == pytest.approx(2 * (0.5 + 0.5 * hour + 0.25), rel=1e-6)
    assert row["decay_730"] > row["decay_365"] > row["decay_180"] > row["decay_14"] > 0


def test_rows_are_places_in_the_order_of_ids_by_bytes(source, out):
    """Capitals before small letters, accents and emoji after; not what a dictionary does."""
    people = ["zoe", "Zoe", "ada", "élise", "😀", "Ada"]
    rows = [activity(person=name, topic=f"t-{name}") for name in people]
    report = snap(write_host(source, host(activities=rows, interactions=[])), out)
    ids = [row["person_id"] for row in rows_of(report, "people")]
    assert ids == sorted(people, key=str.encode)
    keys = [(row["person"], row["topic"]) for row in rows_of(report, "person_topic")]
    assert keys == [(n, n) for n in range(6)]


def test_contacts_are_directed_and_topics_split_them(source, out):
    """Ada wrote to bea thrice, twice about maths; bea never answered."""
    rows = [
        interaction(at=ago(3), topic_id="maths"),
        interaction(at=ago(2), topic_id="maths"),
        interaction(at=ago(1)),
    ]
    report = snap(write_host(source, host(interactions=rows)), out)
    contacts = rows_of(report, "person_contact")
    assert [(r["person"], r["contact"], r["count"]) for r in contacts] == [(0, 1, 3)]
    topics = rows_of(report, "person_contact_topic")
    assert [(r["person"], r["contact"], r["topic"], r["count"]) for r in topics] == [(0, 1, 0, 2)]


def test_a_weight_left_out_comes_from_the_verb(source, out):
    """A view weighs .05, an unknown verb 1, and a weight that is given wins."""
    rows = [
        activity(topic="a", verb="View"),
        activity(topic="b", verb="somersault"),
        activity(topic="c", verb="view", weight=3),
        activity(topic="d", verb="accept"),
    ]
    report = snap(write_host(source, host(activities=rows)), out)
    weights = [row["weight"] for row in rows_of(report, "person_topic")]
    assert weights == pytest.approx([0.05, 1, 3, 2])


def test_people_and_topics_of_events_need_not_be_declared(source, out):
    """Everybody who acts, is addressed, tied, learning or skilled is a person."""
    tables = host(
        activities=[activity(person="actor", topic="acted")],
        interactions=[interaction(person="writer", contact="reader", topic_id="written")],
        people=[{"person_id": "declared", "display_name": "D."}],
        topics=[{"topic_id": "listed", "parent_topic_id": "acted"}],
        connections=[{"person_id": "tied", "contact_id": "held"}],
        goals=[{"person_id": "learner", "topic_id": "wanted"}],
        skills=[{"person_id": "expert", "topic_id": "known"}],
    )
    report = snap(write_host(source, tables), out)
    people = [row["person_id"] for row in rows_of(report, "people")]
    assert people == sorted(
        ["actor", "writer", "reader", "declared", "tied", "held", "learner", "expert"]
    )
    topics = rows_of(report, "topics")
    assert [row["topic_id"] for row in topics] == ["acted", "known", "listed", "wanted", "written"]
    assert topics[2]["parent"] == 0


def test_only_objects_that_people_met_at_are_kept(source, out):
    """A declared object nobody touched adds nothing; an undeclared one takes its event's topic."""
    tables = host(
        activities=[activity(object_id="thread"), activity(topic="b", object_id="loose")],
        objects=[
            {"object_id": "thread", "topic_id": "b", "title": "Rings"},
            {"object_id": "unseen", "topic_id": "b", "title": "Fields"},
        ],
    )
    report = snap(write_host(source, tables), out)
    assert rows_of(report, "objects") == [
        {"object_id": "loose", "topic": 0, "title": None},
        {"object_id": "thread", "topic": 0, "title": "Rings"},
    ]
    keys = [(row["person"], row["object"]) for row in rows_of(report, "person_object")]
    assert keys == [(0, 0), (0, 1)]


def test_writing_to_somebody_at_an_object_is_being_there(source, out):
    """Ada answers bea in a thread that no activity names: ada was there, bea need not have been."""
    tables = host(
        activities=[activity(at=ago(60), object_id="course", weight=1)],
        interactions=[
            interaction(at=ago(30), object_id="thread", topic_id="rings", weight=2),
            interaction(at=ago(30), object_id="course", weight=4),
            interaction("bea", "ada", at=ago(30)),
        ],
    )
    report = snap(write_host(source, tables), out)
    assert report.objects == 2
    assert rows_of(report, "objects") == [
        {"object_id": "course", "topic": 0, "title": None},
        {"object_id": "thread", "topic": 1, "title": None},
    ]
    met = [
        (r["person"], r["object"], r["count"], r["active_days"], r["weight"], r["decay_30"])
        for r in rows_of(report, "person_object")
    ]
    assert met == [(0, 0, 2, 2, 5.0, 2.25), (0, 1, 1, 1, 2.0, 1.0)]


def test_of_equal_interactions_at_two_objects_both_count(source, out):
    """Another object is another event; a missing one equals a missing one."""
    rows = [interaction(object_id=name) for name in ("a", "b", "a", None, None)]
    report = snap(write_host(source, host(interactions=rows)), out)
    assert report.tables["interactions"].quarantined == {"duplicate": 2}
    assert rows_of(report, "person_contact")[0]["count"] == 3
    assert [row["count"] for row in rows_of(report, "person_object")] == [1, 1]


def test_every_file_has_the_schema_that_readers_expect(source, out):
    """Also those of tables that the host does not have; and the snapshot verifies."""
    report = snap(write_host(source, host()), out)
    for name, schema in snapshot_schemas().items():
        assert pq.read_schema(report.snapshot / f"{name}.parquet").equals(schema), name
    counts = verify(out)["counts"]
    assert (counts["people"], counts["person_topic"], counts["connections"]) == (2, 1, 0)


def test_without_a_time_the_snapshot_ends_just_after_the_last_row(source, out):
    """One microsecond later, so that the last row is in."""
    rows = [activity(at="2024-06-01T10:00:00.000007"), activity(at="2024-05-01")]
    report = snap(write_host(source, host(activities=rows)), out, as_of=None)
    assert report.as_of.replace(tzinfo=None) == datetime(2024, 6, 1, 10, 0, 0, 8)
    assert rows_of(report, "person_topic")[0]["count"] == 2


def test_without_a_time_a_connection_that_has_ended_is_over(source, out):
    """Its end may be the last thing that happened; one that is still to come is not."""
    ties = [
        {"person_id": "ada", "contact_id": "bea", "ended_at": "2024-06-05"},
        {"person_id": "ada", "contact_id": "cyd", "ended_at": "2999-01-01"},
    ]
    report = snap(write_host(source, host(connections=ties)), out, as_of=None)
    assert report.as_of.replace(tzinfo=None) == datetime(2024, 6, 5, 0, 0, 0, 1)
    ends = [row["ended_at"] for row in rows_of(report, "connections")]
    assert ends == [datetime(2024, 6, 5), None]


def test_a_host_without_any_time_gets_a_snapshot_too(source, out):
    """People and skills alone are enough to start with; the time is then 1970."""
    tables = host(
        activities=[], interactions=[], skills=[{"person_id": "ada", "topic_id": "x", "level": 1}]
    )
    report = snap(write_host(source, tables), out, as_of=None)
    assert (report.people, report.topics, report.as_of.year) == (1, 1, 1970)
