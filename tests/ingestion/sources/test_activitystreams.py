"""ActivityStreams: what of it becomes which native row, and what becomes of bad objects."""

from __future__ import annotations

import pytest

from ingestion.snapshot import ingest, verify
from ingestion.sources import choose, place_of
from ingestion.trust import UNJUDGED
from tests.ingestion.sources.read import copied, native, values
from tests.ingestion.tables import AS_OF, CONFIG, reasons

ADA, BEA, FAY = (f"https://learn.example/users/{name}" for name in ("ada", "bea", "fay"))
CYD, DAN = (f"https://other.example/users/{name}" for name in ("cyd", "dan"))
ARTICLE = "https://other.example/articles/1"
OUTBOX, LINES, LIKES = "archive/outbox.json", "community.jsonl", "archive/likes.json"
FOLLOWED, BLOCKED = "archive/following_accounts.csv", "archive/blocked_accounts.csv"
PAGE_1, PAGE_2 = "pages/outbox-1.json", "pages/outbox-2.json"


def thread(number):
    """The conversation that a post of learn.example began."""
    return f"tag:learn.example,2024-05-01:objectId={number}:objectType=Conversation"


CYDS = "tag:other.example,2024-05-02:objectId=9:objectType=Conversation"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """The tables of an unpacked archive, lines of activities, and two pages of an outbox."""
    folder = tmp_path_factory.mktemp("activitystreams")
    return native("activitystreams", copied("activitystreams", folder / "in"), folder / "work")


def test_who_writes_or_takes_up_a_post_is_active_on_its_hashtags(tables):
    """An answer without any has those of its thread; an edited post, those of its last version."""
    names = ("_at", "person_id", "topic_id", "occurred_at", "verb", "object_id")
    good = [row for row in tables["activities"] if "_error" not in row]
    one, two = "statistics", "teachingmaths"
    assert values(good, *names) == [
        ((OUTBOX, 1), ADA, one, "2024-05-01T09:00:00Z", "post", thread(11)),
        ((OUTBOX, 1), ADA, two, "2024-05-01T09:00:00Z", "post", thread(11)),
        ((OUTBOX, 5), ADA, "übung", "2024-05-05T08:00:00Z", "post", thread(105)),
        ((OUTBOX, 6), ADA, one, "2024-05-05T09:00:00Z", "reply", thread(11)),
        ((OUTBOX, 6), ADA, two, "2024-05-05T09:00:00Z", "reply", thread(11)),
        ((LINES, 1), BEA, one, "2024-05-01T10:00:00Z", "reply", thread(11)),
        ((LINES, 1), BEA, two, "2024-05-01T10:00:00Z", "reply", thread(11)),
        ((LINES, 3), BEA, "probabilitytheory", "2024-05-06T10:00:00Z", "post", thread(202)),
        ((LINES, 4), CYD, one, "2024-05-01T12:00:00Z", "like", thread(11)),
        ((LINES, 4), CYD, two, "2024-05-01T12:00:00Z", "like", thread(11)),
        ((LINES, 18), CYD, one, "2024-05-09T10:00:00+02:00", "post", ARTICLE),
        ((LINES, 20), BEA, one, "2024-05-11T10:00:00Z", "post", thread(203)),
        ((LINES, 22), BEA, one, "2024-05-12T10:00:00Z", "like", ARTICLE),
        ((LINES, 23), DAN, one, "2024-05-13T10:00:00Z", "reply", thread(11)),
        ((LINES, 23), DAN, two, "2024-05-13T10:00:00Z", "reply", thread(11)),
        ((LINES, 31), BEA, one, "yesterday", "post", thread(205)),
        ((PAGE_1, 1), FAY, "probability", "2024-05-20T10:00:00Z", "post", thread(301)),
        ((PAGE_2, 1), FAY, "probabilitytheory", "2024-05-21T10:00:00Z", "reply", thread(202)),
    ]


def test_who_addresses_whom_shows_in_replies_mentions_quotes_shares_likes_and_follows(tables):
    """A reply mentions nobody twice, and what is private has neither topic nor object."""
    names = ("_at", "person_id", "contact_id", "verb", "topic_id", "object_id")
    assert values(tables["interactions"], *names) == [
        ((OUTBOX, 2), ADA, BEA, "mention", None, CYDS),
        ((OUTBOX, 2), ADA, CYD, "reply", None, CYDS),
        ((OUTBOX, 3), ADA, BEA, "mention", None, None),
        ((OUTBOX, 4), ADA, DAN, "share", None, None),
        ((LINES, 1), BEA, ADA, "reply", "statistics", thread(11)),
        ((LINES, 4), CYD, ADA, "like", "statistics", thread(11)),
        ((LINES, 9), BEA, ADA, "follow", None, None),
        ((LINES, 20), BEA, CYD, "quote", "statistics", thread(203)),
        ((LINES, 22), BEA, CYD, "like", "statistics", ARTICLE),
        ((LINES, 23), DAN, BEA, "reply", "statistics", thread(11)),
        ((LINES, 30), BEA, DAN, "react", None, None),
        ((PAGE_2, 1), FAY, BEA, "reply", "probabilitytheory", thread(202)),
    ]
    assert tables["interactions"][0]["occurred_at"] == "2024-05-02T10:00:00Z"


def test_follows_are_connections_that_end_where_they_are_undone(tables):
    """Those of a list have no time; a refused one never was."""
    names = ("_at", "person_id", "contact_id", "connected_at", "ended_at")
    assert values(tables["connections"], *names) == [
        ((FOLLOWED, 2), ADA, CYD, None, None),
        ((FOLLOWED, 3), ADA, BEA, None, None),
        ((FOLLOWED, 4), ADA, "acct:new@third.example", None, None),
        ((LINES, 7), DAN, BEA, "2024-05-01T15:00:00Z", "2024-06-01T15:00:00Z"),
        ((LINES, 9), BEA, ADA, "2024-05-02T15:00:00Z", None),
    ]


def test_blocks_are_kept(tables):
    """From activities and from the list of blocked accounts."""
    assert values(tables["blocks"], "_at", "person_id", "contact_id", "kind", "created_at") == [
        ((BLOCKED, 1), ADA, "acct:troll@third.example", "block", None),
        ((LINES, 12), BEA, DAN, "block", "2024-05-08T00:00:00Z"),
    ]


def test_people_are_called_what_they_call_themselves_or_are_called_in_mentions(tables):
    """Whoever does not want to be found is not; bots, groups and the deleted are nobody."""
    names = ("_at", "person_id", "display_name", "joined_at", "discoverable")
    assert values(tables["people"], *names) == [
        (("archive/actor.json", 1), ADA, "Ada Müller 🦉", "2022-11-05T00:00:00Z", None),
        ((OUTBOX, 2), BEA, "@bea@learn.example", None, None),
        ((LINES, 4), CYD, "Cyd", None, "false"),
    ]


def test_topics_and_objects_carry_the_names_that_are_public(tables):
    """Hashtags in any case are one topic, written as they were first."""
    assert values(tables["topics"], "topic_id", "label") == [
        ("statistics", "Statistics"),
        ("teachingmaths", "TeachingMaths"),
        ("übung", "ÜBUNG"),
        ("probabilitytheory", "ProbabilityTheory"),
        ("probability", "Probability"),
    ]
    assert values(tables["objects"], "object_id", "topic_id", "title") == [
        (thread(11), "statistics", None),
        (thread(105), "übung", None),
        (thread(202), "probabilitytheory", None),
        (ARTICLE, "statistics", "Sampling, gently"),
        ("https://other.example/objects/x", None, None),
        (thread(203), "statistics", None),
        (thread(205), "statistics", None),
        (thread(301), "probability", None),
    ]


@pytest.mark.parametrize(
    "gone", ["Oops", "secret", "users/gone", "newsbot", "groups/maths", "users/eve", "mail.example"]
)
def test_what_is_deleted_private_automatic_or_refused_leaves_nothing(tables, gone):
    """And no text of a post does."""
    told = str([row for rows in tables.values() for row in rows])
    assert gone not in told
    assert "permutation" not in told


def test_objects_that_cannot_be_read_cost_themselves(tables):
    """With the line where they stand."""
    bad = [(row["_at"], row["_error"]) for row in tables["activities"] if "_error" in row]
    assert bad[:3] == [
        ((FOLLOWED, 5), "no address of an account"),
        ((LINES, 26), "no type"),
        ((LINES, 29), "no object"),
    ]
    assert bad[3][0] == (LINES, 33)
    assert bad[3][1].startswith("no JSON")


def test_activities_lead_to_a_snapshot(tmp_path):
    """Recognised as what they are, through to the quarantine."""
    folder = copied("activitystreams", tmp_path / "in")
    assert choose(place_of(folder)).name == "activitystreams"
    report = ingest(folder, tmp_path / "out", CONFIG, AS_OF, terms=UNJUDGED)
    verify(report.snapshot)
    assert report.people == 6
    assert report.tables["interactions"].kept == 12
    assert sorted(reason for _, _, reason, _ in reasons(report)) == [
        "unknown_person", "unparsable_time", *["unreadable_row"] * 4,
    ]  # fmt: skip
