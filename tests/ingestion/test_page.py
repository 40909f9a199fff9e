"""The report beside a snapshot: its figures are right, and the page shows them safely."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest

from ingestion.page.plots import distribution, over_time
from ingestion.portrait import MOST_WEEKS, Bin, Week
from ingestion.snapshot import ingest, list_snapshots, verify
from ingestion.trust import STRICT, Terms
from recommender.domain.errors import InputDataError
from tests.ingestion.tables import (
    AS_OF,
    CONFIG,
    activity,
    content,
    host,
    interaction,
    write_host,
)

REPORTED = Terms(report=True)
HOSTILE = '<script>alert("1")</script>'


@pytest.fixture
def made(tmp_path):
    """Ingests tables with a report; returns what `ingest` says."""

    def made(terms=REPORTED, as_of=AS_OF, **tables):
        source = write_host(tmp_path / "in", host(**tables), "jsonl")
        return ingest(source, tmp_path / "out", CONFIG, as_of, terms=terms)

    return made


def said(report):
    """The JSON document of a report."""
    return json.loads(report.report.with_name("report.json").read_text())


COMMUNITY = {
    "activities": [
        activity("ada", "maths", "2024-06-03"),  # a Monday
        activity("ada", "maths", "2024-06-09T23:59:59"),
        activity("bea", "logic", "2024-06-10"),
        activity("cyd", "maths", "2024-06-24"),
    ],
    "interactions": [
        interaction("ada", "bea", "2024-06-09"),
        interaction("bea", "ada", "2024-06-11", topic_id="art"),
        interaction("ada", "dot", "2024-06-11"),
    ],
    "people": [{"person_id": "eve"}],
    "topics": [{"topic_id": "maths", "label": "Mathematics"}],
    "connections": [{"person_id": "fay", "contact_id": "gus"}],
    "goals": [{"person_id": "gus", "topic_id": "maths"}],
}


def test_the_figures_are_those_of_the_rows(made):
    """Times, weeks from Monday on, people with topics and contacts, and the busiest topics."""
    shown = said(made(**COMMUNITY))["portrait"]
    assert (shown["first_at"], shown["last_at"]) == ("2024-06-03T00:00:00Z", "2024-06-24T00:00:00Z")
    assert shown["weeks"] == [
        {"start": "2024-06-03", "activities": 2, "interactions": 1},
        {"start": "2024-06-10", "activities": 1, "interactions": 2},
        {"start": "2024-06-24", "activities": 1, "interactions": 0},
    ]
    assert shown["people"] == 7
    assert (shown["with_topics"], shown["with_contacts"], shown["with_both"]) == (4, 5, 3)
    assert [(t["label"], t["events"], t["people"]) for t in shown["topics"]] == [
        ("Mathematics", 3, 2), ("art", 1, 1), ("logic", 1, 1),
    ]  # fmt: skip


def test_people_are_counted_by_contacts_and_events(made):
    """In bins that double, everybody in one: nothing, 1, 2 to 3, and so on."""
    shown = said(made(**COMMUNITY))["portrait"]
    contacts = [(b["low"], b["high"], b["people"]) for b in shown["contacts"]]
    assert contacts == [(0, 0, 2), (1, 1, 4), (2, 3, 1)]
    events = [(b["low"], b["high"], b["people"]) for b in shown["events"]]
    assert events == [(0, 0, 4), (1, 1, 1), (2, 3, 1), (4, 7, 1)]


def test_a_report_stands_beside_its_snapshot_under_its_name(made, tmp_path):
    """And neither changes the snapshot nor counts as one."""
    report = made(**COMMUNITY)
    name = report.snapshot.name
    assert report.report == tmp_path / "out" / "reports" / name / "report.html"
    assert list_snapshots(tmp_path / "out") == [name]
    verify(tmp_path / "out")
    before = content(report.snapshot)
    assert made(terms=STRICT, **COMMUNITY).snapshot == report.snapshot
    assert content(report.snapshot) == before


def test_the_same_data_gives_the_same_report(made):
    """Byte for byte; no clock shows in it."""
    first = content(made(**COMMUNITY).report.parent)
    assert content(made(**COMMUNITY).report.parent) == first


def test_the_page_shows_what_a_host_wrote_and_runs_none_of_it(made):
    """Labels, ids and bad values are text; the page needs nothing from elsewhere."""
    report = made(
        activities=[
            activity(topic=HOSTILE),
            activity(at=HOSTILE),
            *(activity(HOSTILE, at=f"2024-06-01T00:{m:02}:{s:02}")
              for m in range(60) for s in range(6)),
        ],
        terms=Terms(report=True, allow_bad=True),
    )  # fmt: skip
    page = report.report.read_text()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=", page)
    assert "360 events in one hour" in page


def test_the_page_tells_of_what_was_set_aside(made):
    """Codes, what to do, examples with their place; and columns that nobody knows."""
    rows = [activity(mood="high"), activity(at="never")]
    page = made(activities=rows).report.read_text()
    assert "unparsable_time" in page
    assert "Write times in ISO 8601" in page
    assert "activities.jsonl</bdi> row 2, occurred_at: <code><bdi>never" in page
    assert "mood" in page


def test_a_community_without_events_has_a_report_too(made):
    """Nothing is drawn where there is nothing."""
    report = made(activities=[], interactions=[], people=[{"person_id": "ada"}])
    assert said(report)["portrait"]["first_at"] is None
    assert "Nothing happened." in report.report.read_text()


def test_a_rejected_run_leaves_a_report_that_says_why(made, tmp_path):
    """Beside the rows that were set aside."""
    with pytest.raises(InputDataError):
        made(activities=[activity(at="never")] * 30)
    left = tmp_path / "out" / "rejected" / "20240701T000000"
    assert sorted(path.name for path in left.iterdir()) == [
        "quarantine.parquet", "report.html", "report.json",
    ]  # fmt: skip
    assert "table activities: 30 of 30 rows" in (left / "report.html").read_text()


def test_times_from_the_first_year_to_the_last_are_bounded(made):
    """A clock that is wrong makes no report of half a million weeks."""
    days = [datetime(1, 1, 1) + timedelta(days=d) for d in range(0, 3_652_000, 1200)]
    rows = [activity(at=f"{day.year:04}-{day:%m-%d}") for day in days]
    shown = said(made(activities=rows))["portrait"]
    assert len(shown["weeks"]) <= MOST_WEEKS
    assert shown["first_at"] == "0001-01-01T00:00:00Z"


def test_bars_over_time_are_at_most_160_and_leave_out_nothing():
    """Weeks without events have a place; many weeks share a bar."""
    start = datetime(2000, 1, 3).date()
    weeks = [
        Week(start=str(start + timedelta(weeks=n)), activities=1, interactions=0)
        for n in range(0, 1000, 2)
    ]
    plot = over_time(weeks)
    assert len(plot.bars) <= 160
    assert sum(int(re.search(r": (\d+) act", bar.tip)[1]) for bar in plot.bars) == 500
    assert over_time([]) is None


def test_the_highest_bar_fills_the_drawing():
    """Others are drawn to the same scale."""
    bins = [Bin(low=0, high=0, people=1), Bin(low=1, high=1, people=4)]
    plot = distribution(bins, "contacts")
    assert [bar.heights for bar in plot.bars] == [(25.0,), (100.0,)]
    assert plot.bars[1].tip == "1 contacts: 4 people"
