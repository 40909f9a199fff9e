"""Accounts that act as no human does are suspected, and left out where that is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ingestion.snapshot import ingest
from ingestion.trust import Terms
from recommender.domain.config import IngestConfig
from tests.ingestion.tables import AS_OF, activity, host, interaction, reasons, rows_of, write_host

START = datetime(2024, 3, 4)
LIMITS = IngestConfig(
    memory_limit_mb=256,
    threads=2,
    bot_events_per_hour=20,
    bot_events_per_day=60,
    bot_sleepless_days=3,
)


def every(minutes, number, person="bot", start=START):
    """So many activities at equal distances."""
    return [
        activity(person, at=(start + timedelta(minutes=minutes * n)).isoformat())
        for n in range(number)
    ]


@pytest.fixture
def found(tmp_path):
    """Ingests activities and other tables, on terms; returns the report."""

    def found(rows, drop=False, config=LIMITS, **tables):
        source = write_host(tmp_path / "in", host(activities=rows, **tables), "jsonl")
        terms = Terms(report=True, drop_bots=drop)
        return ingest(source, tmp_path / "out", config, AS_OF, terms=terms)

    return found


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (every(2, 21), "21 events in one hour; no reply"),
        (every(23, 61), "61 events in one day; no reply"),
        (every(60, 72), "awake for 20 hours or more on 3 days; no reply"),
        (every(1, 61), "60 events in one hour, 61 events in one day; no reply"),
    ],
)
def test_more_than_a_human_does_is_suspected_with_its_reason(found, rows, reason):
    """In an hour, in a day, or around the clock on many days."""
    (bot,) = found([*rows, activity()]).bots
    assert (bot.person_id, bot.reason) == ("bot", reason)
    assert bot.events == len(rows)


@pytest.mark.parametrize(
    "rows", [every(3, 20), every(24, 60), every(60, 24) + every(60, 24, start=datetime(2024, 5, 1))]
)
def test_what_a_human_could_do_is_not_suspected(found, rows):
    """Up to each bound; and two nights without sleep are two nights."""
    assert found(rows).bots == ()


def test_whoever_people_reply_to_is_no_bot(found):
    """At least one reply for every hundred events of her own."""
    rows = every(1, 200, "busy") + every(1, 200, "bot")
    talks = [interaction("ada", "busy", f"2024-06-0{n}") for n in (1, 2, 3)]
    thanks = [interaction("ada", "bot")]
    report = found(rows, interactions=talks + thanks)
    assert [(bot.person_id, bot.replies) for bot in report.bots] == [("bot", 1)]
    assert report.bots[0].reason.endswith("replies: 1 to 200 events")


def test_an_event_that_is_told_twice_counts_once(found):
    """Two exports that overlap make nobody a bot."""
    assert found(every(3, 20, "ada") * 3).bots == ()


def test_interactions_count_as_well(found):
    """A machine that mentions people acts, too."""
    talks = [
        interaction("bot", f"p{n}", (START + timedelta(minutes=n)).isoformat()) for n in range(30)
    ]
    (bot,) = found([activity()], interactions=talks).bots
    assert (bot.person_id, bot.busiest_hour) == ("bot", 30)


def test_suspects_stay_unless_they_are_to_go(found):
    """They are listed, and their rows count."""
    report = found(every(1, 30))
    assert report.bots
    assert report.kept("activities") == 30
    assert "bot" in {row["person_id"] for row in rows_of(report, "people")}


def test_dropped_suspects_are_in_no_table(found):
    """Their rows and those about them are set aside; what is known of others stays."""
    pair = {"person_id": "ada", "contact_id": "bot"}
    report = found(
        [*every(1, 30), activity()],
        drop=True,
        interactions=[interaction(), interaction("bot", "ada")],
        people=[{"person_id": "bot"}, {"person_id": "ada"}],
        connections=[pair],
        goals=[{"person_id": "bot", "topic_id": "maths"}],
        blocks=[pair],
    )
    assert [row["person_id"] for row in rows_of(report, "people")] == ["ada", "bea"]
    aside = [(file, row, column) for file, row, reason, column in reasons(report)
             if reason == "suspected_bot"]  # fmt: skip
    assert aside[0] == ("activities.jsonl", 1, "person_id")
    assert aside[30:] == [
        ("blocks.jsonl", 1, "contact_id"),
        ("connections.jsonl", 1, "contact_id"),
        ("goals.jsonl", 1, "person_id"),
        ("interactions.jsonl", 2, "person_id"),
        ("people.jsonl", 1, "person_id"),
    ]
    assert report.kept("activities") == 1


def test_without_suspects_nothing_is_dropped(found):
    """The same snapshot comes out."""
    rows = every(5, 40, "ada")
    assert found(rows, drop=True).snapshot == found(rows).snapshot


def test_the_defaults_lie_above_what_people_have_done():
    """The most that was seen of 159,000 people is 283 events in an hour and 742 in a day."""
    config = IngestConfig()
    assert (config.bot_events_per_hour, config.bot_events_per_day) == (300, 1000)
