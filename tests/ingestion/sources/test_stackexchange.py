"""The data dump of a Stack Exchange site: what becomes of it, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingestion.snapshot import ingest
from ingestion.sources.stackexchange import xmlrows
from ingestion.trust import UNJUDGED
from recommender.domain.errors import InputDataError
from tests.ingestion.native import native, table
from tests.ingestion.tables import CONFIG, reasons, rows_of

DUMP = Path(__file__).parent / "stackexchange"
POSTS = '<?xml version="1.0" encoding="utf-8"?>\n<posts>{}</posts>'


@pytest.fixture
def dump(tmp_path):
    return shutil.copytree(DUMP, tmp_path / "dump")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return native("stackexchange", DUMP, tmp_path_factory.mktemp("work"))


def fails(folder, tmp_path):
    """What the one line says."""
    with pytest.raises(InputDataError) as caught:
        ingest(folder, tmp_path / "out", CONFIG, kind="stackexchange", terms=UNJUDGED)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_users_become_people_with_a_level_by_their_reputation(tables):
    """Ten times the reputation is one level more, up to four; the host's own user is nobody."""
    assert table(tables["people"], "person_id", "display_name", "level", "joined_at") == [
        ("5", "Ada", "3.0", "2014-01-20T12:00:00.000"),
        ("6", "Bea & Co 🙂", "0.0", "2014-01-20T13:00:00.000"),
        ("7", "José María", "4.0", "2014-01-20T14:00:00.000"),
        ("8", None, None, "2023-01-20T14:00:00.000"),
    ]


def test_tags_become_topics_and_questions_objects(tables):
    """A question's topic is the first of its tags, in either form."""
    assert table(tables["topics"], "topic_id", "label") == [
        (tag, tag) for tag in ("c#", "number-theory", "topology")
    ]
    assert table(tables["objects"], "object_id", "topic_id", "title") == [
        ("1", "number-theory", "Is 0 < 1 & why? — 证明"),
        ("5", "topology", "A question told the newer way"),
        ("7", "topology", "Everybody's question"),
    ]


def test_asking_and_answering_are_activities_in_each_tag_and_commenting_in_the_first(tables):
    """The question is named once; posts of the community's and of deleted accounts are nobody's."""
    found = table(tables["activities"], "_file", "_row", "person_id", "verb", "topic_id")
    assert found == [
        (0, 1, "5", "post", "c#"),
        (0, 1, "5", "post", "number-theory"),
        (0, 2, "6", "answer", "c#"),
        (0, 2, "6", "answer", "number-theory"),
        (0, 3, "7", "answer", "c#"),
        (0, 3, "7", "answer", "number-theory"),
        (0, 5, "6", "post", "c#"),
        (0, 5, "6", "post", "topology"),
        (0, 6, "5", "answer", "c#"),
        (0, 6, "5", "answer", "topology"),
        (0, 8, "6", "answer", "topology"),
        (0, 12, "6", "answer", "c#"),
        (0, 12, "6", "answer", "number-theory"),
        (1, 1, "7", "comment", "number-theory"),
        (1, 2, "5", "comment", "number-theory"),
        (1, 3, "5", "comment", "number-theory"),
        (1, 4, "6", "comment", "number-theory"),
        (1, 7, "5", "comment", "topology"),
    ]
    named = {(row["_row"], row["topic_id"]): row["object_id"] for row in tables["activities"][1:4]}
    assert set(named.values()) <= {"1", None}
    asked = [row for row in tables["activities"] if row["verb"] == "post" and row["_row"] == 1]
    assert {row["topic_id"]: row["object_id"] for row in asked} == {
        "number-theory": "1",
        "c#": None,
    }
    assert {row["occurred_at"] for row in asked} == {"2014-01-21T20:26:05.383"}


def test_answers_acceptances_and_comments_are_interactions(tables):
    """Accepted when voted, or when answered where the vote only tells the day of the answer."""
    found = table(
        tables["interactions"], "verb", "person_id", "contact_id", "occurred_at", "topic_id",
        "object_id",
    )  # fmt: skip
    first, second = ("number-theory", "1"), ("topology", "5")
    assert found == [
        ("accept", "5", "7", "2014-01-25T00:00:00.000", *first),
        ("accept", "6", "5", "2024-05-01T08:30:00.000", *second),
        ("answer", "5", "6", "2024-05-01T08:30:00.000", *second),
        ("answer", "6", "5", "2014-01-21T21:00:00.000", *first),
        ("answer", "6", "5", "yesterday", *first),
        ("answer", "7", "5", "2014-01-22T09:30:00.000", *first),
        ("comment", "5", "7", "2014-01-21T20:45:00.000", *first),
        ("comment", "6", "5", "2014-01-21T21:10:00.000", *first),
        ("comment", "7", "5", "2014-01-21T20:40:00.000", *first),
    ]


def test_a_dump_is_ingested_whole_and_broken_rows_are_told_by_file_and_row(tmp_path):
    """By its form alone."""
    report = ingest(DUMP, tmp_path, CONFIG, terms=UNJUDGED)
    assert (report.people, report.topics, report.objects) == (4, 3, 3)
    assert reasons(report) == [
        ("Posts.xml", 11, "unreadable_row", None),
        ("Posts.xml", 12, "unparsable_time", "occurred_at"),
        ("Posts.xml", 12, "unparsable_time", "occurred_at"),
        ("Comments.xml", 8, "unreadable_row", None),
        ("Posts.xml", 12, "unparsable_time", "occurred_at"),
    ]
    assert {row["value"] for row in rows_of(report, "quarantine")} >= {
        "a post without Id or PostTypeId: Of no type"
    }


def test_the_posts_alone_are_enough_and_names_may_be_in_lower_case(tmp_path):
    """As early dumps have them; who answers whom is known all the same."""
    shutil.copy(DUMP / "Posts.xml", tmp_path / "posts.xml")
    report = ingest(tmp_path, tmp_path / "out", CONFIG, terms=UNJUDGED)
    assert report.people == 3


def test_who_is_mentioned_is_the_last_of_that_name_before(dump, tmp_path):
    """Somebody else of that name, or a comment that came later, does not count."""
    (dump / "Comments.xml").write_text(
        '<comments><row Id="1" PostId="1" UserId="6" Text="a" CreationDate="2014-02-01"/>'
        '<row Id="2" PostId="1" UserId="7" Text="(@bea&amp;co🙂) and @JoséMaría" '
        'CreationDate="2014-02-02"/>'
        '<row Id="3" PostId="1" UserId="6" Text="@ada, @x" CreationDate="2014-02-03"/></comments>'
    )
    found = native("stackexchange", dump, tmp_path)["interactions"]
    comments = [row for row in found if row["verb"] == "comment"]
    assert table(comments, "person_id", "contact_id") == [("6", "5"), ("6", "5"), ("7", "6")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "no whole XML file"),
        (POSTS.format('<row Id="1"')[:-8], "no whole XML file"),
        (POSTS.format('<row Id="a\0"/>'), "no whole XML file"),
        (POSTS.format('<row Id="&#xD800;"/>'), "no whole XML file"),
        (POSTS.format("<entry/>"), "an element <entry>"),
        (POSTS.format("<row>" * 100_000), "rows within rows"),
        (f"<!DOCTYPE p [<!ENTITY a '{'x' * 99}'>]>" + POSTS[39:].format("&a;"), "document type"),
        ("PK\3\4", "no whole XML file"),
    ],
)
def test_what_is_no_file_of_a_dump_is_refused_by_name(dump, tmp_path, body, said):
    """Cut short, damaged, of another kind, or made to do harm."""
    (dump / "Posts.xml").write_text(body)
    message = fails(dump, tmp_path)
    assert message.startswith("Posts.xml")
    assert said in message


def test_a_row_without_end_is_refused_before_it_fills_memory(dump, tmp_path, monkeypatch):
    """However long it may be."""
    monkeypatch.setattr(xmlrows, "MAX_ROW", 1 << 20)
    (dump / "Posts.xml").write_text(POSTS.format(f'<row Id="1" Title="{"x" * (4 << 20)}"/>'))
    assert "no row within 1048576 bytes" in fails(dump, tmp_path)


def test_a_folder_without_posts_is_refused(tmp_path):
    """The line says what is needed."""
    assert "holds no Posts.xml" in fails(tmp_path, tmp_path)
