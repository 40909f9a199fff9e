"""What the learner store holds is laid over a host's tables; who was erased is in none of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ingestion.snapshot import ingest
from recommender.domain.errors import InputDataError
from recommender.domain.learner import (
    BlockKind,
    Discoverability,
    Learner,
    Profile,
    Skill,
    StatedGoal,
)
from recommender.domain.slate import Direction, Kind
from tests.ingestion.learners import exported
from tests.ingestion.tables import CONFIG, activity, content, host, interaction, rows_of, write_host
from tests.store import values
from tests.store.values import NOW, block

GONE = "unmistakable-person-0815"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def snapped(tmp_path):
    """Ingests a host, in the format asked for, with what acts wrote to a store laid over it."""

    def snapped(tables, *acts, form="csv", as_of=LATER):
        folder = write_host(tmp_path / "in", tables, form)
        return ingest(folder, tmp_path / "out", CONFIG, as_of, learners=exported(tmp_path, *acts))

    return snapped


def named(report, table):
    """The rows of a relation, with ids for rows of people and topics."""
    people = [row["person_id"] for row in rows_of(report, "people")]
    topics = [row["topic_id"] for row in rows_of(report, "topics")]
    found = []
    for full in rows_of(report, table):
        row = {name: value for name, value in full.items() if value is not None}
        row |= {name: people[row[name]] for name in ("person", "contact") if name in row}
        found.append(row | ({"topic": topics[row["topic"]]} if "topic" in row else {}))
    return found


def test_what_learners_did_and_decided_is_in_the_snapshot(snapped):
    """Events, a block, a goal and a skill, of people whom the host does not know.

    An event that the host has too, the same in every column, counts once.
    """
    same = activity("zoe", "t", NOW.isoformat() + "Z")
    report = snapped(
        host(activities=[activity(), same]),
        lambda work: work.add_events(
            [values.activity(1, "zoe"), values.interaction(1, "zoe", "ada")]
        ),
        lambda work: work.put_block(block("zoe", "ada", kind=BlockKind.MUTE)),
        lambda work: work.put_learner(
            Learner(
                person_id="zoe",
                goals=(StatedGoal(topic_id="art", direction=Direction.OFFER, level=2, set_at=NOW),),
                skills=(Skill(topic_id="art", level=3),),
            )
        ),
        lambda work: work.add_events([values.connection(1, "zoe", "ada")]),
    )
    assert {row["person_id"] for row in rows_of(report, "people")} == {"ada", "bea", "zoe"}
    done = {"person": "zoe", "topic": "t", "occurred_at": NOW, "weight": 1.0}
    assert named(report, "activities").count(done) == 1
    (said,) = [row for row in named(report, "interactions") if row["person"] == "zoe"]
    assert (said["contact"], said["topic"], said["weight"]) == ("ada", "t", 0.5)
    assert named(report, "blocks") == [
        {"person": "zoe", "contact": "ada", "kind": "mute", "created_at": NOW}
    ]
    assert named(report, "goals") == [
        {"person": "zoe", "topic": "art", "direction": "offer", "level": 2.0, "set_at": NOW}
    ]
    assert named(report, "skills") == [{"person": "zoe", "topic": "art", "level": 3.0}]
    assert named(report, "connections") == [{"person": "zoe", "contact": "ada", "ended_at": NOW}]


def test_goals_and_skills_give_way_person_by_person(snapped):
    """Who declared some has only those; others keep the host's."""
    goals = [{"person_id": who, "topic_id": "maths"} for who in ("ada", "bea")]
    report = snapped(
        host(goals=goals, skills=goals),
        lambda work: work.put_learner(
            Learner(person_id="ada", goals=(StatedGoal(topic_id="art", direction=Direction.LEARN),))
        ),
    )
    assert [(row["person"], row["topic"]) for row in named(report, "goals")] == [
        ("ada", "art"),
        ("bea", "maths"),
    ]
    assert {row["person"] for row in named(report, "skills")} == {"ada", "bea"}


def test_goals_set_later_do_not_take_the_place_of_those_before(snapped):
    """At a time of the past, what was then known counts."""
    report = snapped(
        host(goals=[{"person_id": "ada", "topic_id": "maths"}]),
        lambda work: work.put_learner(
            Learner(
                person_id="ada",
                goals=(StatedGoal(topic_id="art", direction=Direction.LEARN, set_at=NOW),),
            )
        ),
        as_of=NOW,
    )
    assert [row["topic"] for row in named(report, "goals")] == ["maths"]


def test_blocks_give_way_pair_by_pair(snapped):
    """The host's other blocks stay: whoever was blocked there is not shown.

    A snapshot knows no lists, so a dismissal from one counts for all; what has lapsed is not there.
    """
    blocks = [
        {"person_id": "ada", "contact_id": "bea", "kind": "block"},
        {"person_id": "bea", "contact_id": "ada", "kind": "block"},
    ]
    report = snapped(
        host(blocks=blocks),
        lambda work: work.put_block(
            block("ada", "bea", kind=BlockKind.DISMISS, list_kind=Kind.REACTIVATION)
        ),
        lambda work: work.put_block(
            block("bea", "zoe", expires_at=NOW + timedelta(days=9), kind=BlockKind.MUTE)
        ),
        lambda work: work.put_block(block("zoe", "ada", expires_at=NOW)),
        lambda work: work.add_events([values.activity(1, "zoe")]),
    )
    found = {(row["person"], row["contact"]): row["kind"] for row in named(report, "blocks")}
    assert found == {("ada", "bea"): "dismiss", ("bea", "ada"): "block", ("bea", "zoe"): "mute"}


def test_a_profile_fills_in_what_the_learner_said(snapped):
    """Part by part, also where the host's part is broken; the rest stays the host's."""
    people = [
        {
            "person_id": "ada",
            "display_name": "A",
            "role": "r",
            "level": "x",
            "discoverable": "no",
            "joined_at": "2020-01-01",
        },
        {"person_id": "bea", "display_name": "B", "level": "2", "discoverable": "yes"},
    ]
    report = snapped(
        host(people=people),
        lambda work: work.put_learner(
            Learner(
                person_id="ada",
                profile=Profile(display_name="Ada", level=0, languages=("en", "nl-BE")),
                discoverability=Discoverability.EVERYONE,
            )
        ),
        lambda work: work.put_learner(
            Learner(person_id="bea", discoverability=Discoverability.NOBODY)
        ),
        lambda work: work.put_learner(Learner(person_id="zoe", paused=True)),
    )
    ada, bea, zoe = rows_of(report, "people")
    assert (ada["display_name"], ada["role"], ada["level"]) == ("Ada", "r", 0.0)
    assert (ada["languages"], ada["discoverable"]) == (["en", "nl-BE"], True)
    assert ada["joined_at"] == datetime(2020, 1, 1)
    assert (bea["display_name"], bea["level"], bea["discoverable"]) == ("B", 2.0, False)
    assert (zoe["person_id"], zoe["discoverable"]) == ("zoe", True)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_erased_are_in_no_file_of_the_snapshot(snapped, form):
    """Neither in tables nor among the rows that were set aside; others' rows stay."""
    at, broken = "2024-06-01", "no time"
    tables = host(
        people=[{"person_id": GONE, "display_name": GONE}, {"person_id": "ada"}],
        activities=[activity(GONE), activity(GONE, at=broken), activity("ada", at=broken)],
        interactions=[
            interaction(GONE, "ada"),
            interaction("ada", GONE),
            interaction("ada", "bea", at),
            interaction(GONE, GONE),
        ],
        connections=[{"person_id": "ada", "contact_id": GONE}],
        goals=[{"person_id": GONE, "topic_id": "maths"}],
        skills=[{"person_id": GONE, "topic_id": "maths"}],
        blocks=[
            {"person_id": "bea", "contact_id": GONE},
            {"person_id": GONE, "contact_id": "stranger"},
        ],
    )

    def wrote(work):
        work.put_learner(Learner(person_id=GONE, profile=Profile(display_name=GONE)))
        work.add_events([values.interaction(1, "bea", GONE), values.activity(2, "bea")])

    report = snapped(tables, wrote, lambda work: work.erase(GONE), form=form)
    for name, body in content(report.snapshot).items():
        assert GONE.encode() not in body, name
    assert {row["person_id"] for row in rows_of(report, "people")} == {"ada", "bea"}
    assert len(rows_of(report, "activities")) == 1
    assert [row["reason"] for row in rows_of(report, "quarantine")] == ["unparsable_time"]
    assert [row["row"] for row in rows_of(report, "quarantine")] == [4 if form == "csv" else 3]


def test_a_broken_line_does_not_keep_an_erased_name(snapped, tmp_path):
    """Nobody can tell whom it names, so nothing of it is kept but its place."""
    tables = host(activities=[activity(), activity(GONE)])
    folder = write_host(tmp_path / "in", tables)
    with (folder / "activities.csv").open("a") as file:
        file.write(f'{GONE},maths,"2024\n')
    report = ingest(
        folder,
        tmp_path / "out",
        CONFIG,
        LATER,
        learners=exported(tmp_path, lambda work: work.erase(GONE)),
    )
    assert [row["reason"] for row in rows_of(report, "quarantine")] == ["unreadable_row"]
    for name, body in content(report.snapshot).items():
        assert GONE.encode() not in body, name


def test_an_empty_store_changes_nothing(snapped, tmp_path):
    """The same bytes as without one."""
    tables = host(
        people=[{"person_id": "ada", "level": "x"}], goals=[{"person_id": "ada", "topic_id": "t"}]
    )
    with_learners = snapped(tables)
    alone = ingest(tmp_path / "in", tmp_path / "alone", CONFIG, LATER)
    assert content(with_learners.snapshot) == content(alone.snapshot)


def test_a_native_folder_is_what_an_export_is(tmp_path):
    """A service that has no host data at all learns from its store alone."""
    events = [values.activity(1), values.interaction(1)]
    folder = exported(tmp_path, lambda work: work.add_events(events))
    report = ingest(folder, tmp_path / "out", CONFIG, LATER)
    assert {row["person_id"] for row in rows_of(report, "people")} == {"ada", "bea"}


@pytest.mark.parametrize("spoil", ["manifest.json", "erased.txt", "goals.parquet"])
def test_an_export_that_is_not_whole_is_refused(tmp_path, spoil):
    """Nothing is left out in silence, least of all who was erased."""
    folder = write_host(tmp_path / "in", host())
    learners = exported(tmp_path, lambda work: work.erase(GONE))
    (learners / spoil).unlink()
    with pytest.raises(InputDataError, match=spoil):
        ingest(folder, tmp_path / "out", CONFIG, LATER, learners=learners)
    with pytest.raises(InputDataError):
        ingest(folder, tmp_path / "out", CONFIG, LATER, learners=tmp_path / "nowhere")
