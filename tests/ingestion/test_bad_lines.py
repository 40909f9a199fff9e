"""Lines that cannot be read cost themselves, and keep their place in the quarantine."""

from __future__ import annotations

import pytest

from tests.ingestion.files import ACTIVITIES
from tests.ingestion.tables import (
    reasons,
    rows_of,
)


@pytest.mark.parametrize("tail", [0, 30_000])
def test_a_quote_that_is_never_closed_costs_one_line(run, tail):
    """Not the rest of the file, however long that is."""
    rows = "".join(f"p{n},maths,2024-06-01,post\n" for n in range(1 + tail))
    report = run({"activities.csv": ACTIVITIES + 'bea,"open,2024-06-02,post\n' + rows})
    assert report.people == 3 + tail
    (bad,) = rows_of(report, "quarantine")
    assert (bad["file"], bad["row"], bad["reason"]) == ("activities.csv", 3, "unreadable_row")
    assert bad["value"] == 'a quote is opened and never closed: bea,"open,2024-06-02,post'


def test_lines_after_a_broken_one_keep_their_numbers(run):
    """Blank lines, doubled quotes, a value over two lines, and two broken lines."""
    body = (
        ACTIVITIES
        + 'bea,"open,2024-06-02,post\n'
        + 'cyd,"ma""ths",2024-06-02,post\n'
        + "\n"
        + "x,y\n"
        + 'dot,"two\nlines",2024-06-02,post\n'
        + "eve,maths,never,post\n"
    )
    report = run({"activities.csv": body})
    assert reasons(report) == [
        ("activities.csv", 3, "unreadable_row", None),
        ("activities.csv", 6, "unreadable_row", None),
        ("activities.csv", 7, "bad_id", "topic_id"),
        ("activities.csv", 9, "unparsable_time", "occurred_at"),
    ]
    assert [row["topic_id"] for row in rows_of(report, "topics")] == ['ma"ths', "maths"]


def test_lines_that_are_no_json_object_cost_one_line_each(run):
    """Cut short, a list, NaN, half a surrogate, nested out of all bounds."""
    good = '{"person_id":"ada","topic_id":"maths","occurred_at":"2024-06-01","verb":"post"'
    lines = [good + "}", good, "[1]", good + ',"weight":NaN}', '{"verb":"\\ud800"}', "[" * 10**5]
    report = run({"activities.csv": None, "activities.jsonl": "\n".join(["", *lines])})
    assert [row for _, row, reason, _ in reasons(report) if reason == "unreadable_row"] == [
        3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert report.tables["activities"].kept == 1


def test_text_in_another_encoding_costs_the_lines_that_have_it(run):
    """Latin-1 is no UTF-8; the other lines are."""
    body = ACTIVITIES.encode() + "zoë,maths,2024-06-01,post\n".encode("latin1")
    report = run({"activities.csv": body})
    assert reasons(report) == [("activities.csv", 3, "bad_encoding", None)]
