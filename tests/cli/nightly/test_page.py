"""The page about a night, and what it says of the night before."""

from __future__ import annotations

from datetime import UTC, datetime

from recommender.commands.nightly.changes import changes
from recommender.commands.nightly.document import Document, Failure, State, StepReport
from recommender.commands.nightly.page import page

NOW = datetime(2025, 3, 1, 2, tzinfo=UTC)


def document(**facts):
    """A report with what ingestion made."""
    steps = [StepReport(name="ingest", state=State.DONE, facts=facts), StepReport(name="train")]
    return Document(run="b", version="1", started_at=NOW, steps=steps, source="a|b\nc")


def before(**facts):
    return {"run": "a", "steps": [{"name": "ingest", "facts": facts}]}


def test_what_only_one_night_has_counts_as_nothing_on_the_other():
    """As a reason to set rows aside that is new; what is no number is not compared."""
    told = document(people=3, snapshot="x", aside={"new": 5})
    found = changes(told, before(people=2, snapshot="y", aside={"old": 7}))
    assert {(one.name, one.now, one.before) for one in found} == {
        ("snapshot, people", 3, 2),
        ("snapshot, aside, new", 5, 0),
        ("snapshot, aside, old", 0, 7),
    }


def test_a_step_that_one_night_has_not_done_is_not_compared():
    """Else a failure would look as if everybody had gone; nor is a first night with anything."""
    assert changes(document(), before(people=2)) == []
    assert changes(document(people=2), before()) == []
    assert changes(document(people=2), None) == []


def test_the_page_shows_what_differs_and_only_that():
    """With the change, and its share where there is one."""
    told = document(people=3, topics=9, aside=4)
    told.changes = changes(told, before(people=2, topics=9, aside=0))
    told.compared_with = "a"
    text = page(told)
    assert "| snapshot, people | 3 | 2 | +1 (+50.0%) |" in text
    assert "| snapshot, aside | 4 | 0 | +4 |" in text
    assert "snapshot, topics" not in text
    told.changes = []
    assert "No figure differs." in page(told)


def test_whatever_stands_in_a_message_ends_no_cell_and_no_line():
    """Paths and words of others can hold anything."""
    told = document(report="x|y\nz")
    told.failure = Failure(step="train", kind="E", message="a|b\nc", serving="s", remedy="r")
    text = page(told)
    assert "- read a\\|b c" in text
    assert "| report | x\\|y z |" in text
    assert "**train**: a\\|b c" in text
