"""Pages of a Discourse forum: who wrote where, who had to do with whom, and what stays unsaid."""

from __future__ import annotations

import shutil

import pyarrow.parquet as pq
import pytest

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.discourse import DiscoursePages
from tests.ingestion.examples import FIXTURES, discourse_pages
from tests.ingestion.sources.forums import page, post, thread
from tests.ingestion.tables import CONFIG, reasons, rows_of, snap

SOURCE = DiscoursePages()
ADA, BEA, CEM, DAN, EVE, FAY = "1", "2", "3", "4", "5", "9"


@pytest.fixture
def native(tmp_path):
    """Reads native tables from paths, as lists of rows without empty columns and with files."""

    def native(*paths):
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        with Engine(work, CONFIG) as engine:
            tables = SOURCE.tables(Place(paths=paths), engine)
            found = {}
            for name, (part,) in tables.items():
                rows = pq.read_table(part.path).to_pylist()
                found[name] = [
                    {k: v for k, v in row.items() if v is not None}
                    | {"_file": part.origins[row["_file"]]}
                    for row in rows
                ]
        return found

    return native


@pytest.fixture
def forum(native):
    """The native tables of the small forum."""
    return native(FIXTURES / "discourse")


def of(rows, **values):
    """The rows that have all these values."""
    return [row for row in rows if all(row.get(k) == v for k, v in values.items())]


def ties(rows):
    """Who addressed whom, and how."""
    return [(row["person_id"], row["contact_id"], row["verb"]) for row in rows]


def test_a_post_is_an_activity_in_its_category_and_its_tags(forum):
    """The forum's topic is the object once; the first post opens it."""
    rows = of(forum["activities"], person_id=ADA, occurred_at="2024-03-01T09:00:00.000Z")
    first = {"_file": "t/11.json", "_row": 1, "person_id": ADA, "verb": "post"}
    first["occurred_at"] = "2024-03-01T09:00:00.000Z"
    assert rows == [
        first | {"topic_id": "category-5", "object_id": "11"},
        first | {"topic_id": "tag-beginners"},
        first | {"topic_id": "tag-python"},
    ]
    assert {row["verb"] for row in of(forum["activities"], person_id=BEA)} == {"reply"}


def test_a_post_on_two_pages_counts_once(forum):
    """However often it was edited since."""
    rows = of(forum["activities"], occurred_at="2024-03-05T13:00:00.000Z", object_id="11")
    assert [(row["_file"], row["_row"]) for row in rows] == [("posts-1.json", 1)]


def test_whom_a_post_answers_mentions_and_quotes_is_addressed(forum):
    """Not who is mentioned within a quote, nor anybody whom no page knows."""
    rows = of(forum["interactions"], _file="t/11.json")
    assert ties(rows) == [(BEA, ADA, "reply"), (BEA, CEM, "mention"), (CEM, BEA, "quote")]
    assert {(row["topic_id"], row["object_id"]) for row in rows} == {("category-5", "11")}
    assert ties(of(forum["interactions"], _file="posts-1.json")) == [
        (ADA, CEM, "reply"),
        (ADA, CEM, "reply"),
    ]


def test_a_like_counts_once_at_its_own_time(forum):
    """On the page of who likes or of who is liked; other actions and deleted posts do not."""
    assert [
        (r["person_id"], r["contact_id"], r["occurred_at"], r.get("object_id"))
        for r in of(forum["interactions"], verb="like")
    ] == [
        (EVE, ADA, "2024-03-04T09:00:00.000Z", "11"),
        (ADA, CEM, "2024-03-04T11:00:00.000Z", None),
    ]


def test_what_is_not_for_all_says_only_who_had_to_do_with_whom(forum):
    """A private message and a category for some: no topic, no object, no title, no activity."""
    rows = [r for r in forum["interactions"] if r["_file"] in {"t/12.json", "t/13.json"}]
    assert ties(rows) == [(DAN, ADA, "reply"), (BEA, ADA, "reply")]
    assert not any("topic_id" in row or "object_id" in row for row in rows)
    for told in ("Only between us", "Staff", "category-6"):
        assert told not in str(forum)


def test_what_is_gone_or_hidden_says_nothing(forum):
    """Deleted topics and posts, hidden posts, whispers, and what the forum itself notes."""
    assert not [r for rows in forum.values() for r in rows if r["_file"] == "t/14.json"]
    assert {row["_row"] for row in of(forum["activities"], _file="t/11.json")} == {1, 2, 3, 6}


def test_people_of_a_deleted_account_and_bots_are_nobody(forum):
    """Nor does who answers them address anybody."""
    people = {row["person_id"] for row in forum["people"]}
    assert people == {ADA, BEA, CEM, DAN, EVE, FAY}
    assert not of(forum["interactions"], occurred_at="2024-03-02T10:00:00.000Z")


def test_people_have_their_latest_name_and_title(forum):
    """The user name where there is no other; never an address for mail."""
    told = {
        row["person_id"]: (row["display_name"], row.get("role"), row.get("joined_at", "")[:10])
        for row in forum["people"]
    }
    assert told == {
        ADA: ("Ada King", "Guide", "2024-03-01"),
        BEA: ("Bea", None, "2023-01-01"),
        CEM: ("Cem Ü.", None, "2024-03-01"),
        DAN: ("Dan", None, "2024-03-02"),
        EVE: ("Eve", None, "2024-03-04"),
        FAY: ("fay", "Reader", ""),
    }
    assert "example.org" not in str(forum)


def test_categories_and_tags_are_topics_and_the_forums_topics_objects(forum):
    """With what they are called, and what they lie in."""
    topics = {row["topic_id"]: row for row in forum["topics"]}
    assert topics.keys() == {"category-5", "category-7", "tag-beginners", "tag-python"}
    news = topics["category-7"]
    assert (news["label"], news["parent_topic_id"], news["description"]) == (
        "News", "category-5", "About News",
    )  # fmt: skip
    assert topics["tag-python"]["label"] == "python"
    assert {row["object_id"]: (row["topic_id"], row["title"]) for row in forum["objects"]} == {
        "11": ("category-5", "How do I start? 🙂"),
        "15": ("category-7", "Latest & news"),
    }


def test_the_sites_own_list_of_categories_serves_as_well(native, tmp_path):
    """`/site.json`, which is flat."""
    folder = page(tmp_path / "in", thread(post(), category_id=2))
    rooms = [
        {"id": 1, "name": "One", "read_restricted": False},
        {"id": 2, "name": "Two", "parent_category_id": 1, "read_restricted": False},
    ]
    page(folder, {"default_archetype": "regular", "categories": rooms}, "site.json")
    topics = {r["topic_id"]: r.get("parent_topic_id") for r in native(folder)["topics"]}
    assert topics == {"category-1": None, "category-2": "category-1"}


def test_further_posts_of_a_topic_belong_to_it(native, tmp_path):
    """`/t/ID/posts.json` names no title; without the topic's page, nobody knows what it is."""
    further = {"post_stream": {"posts": [post(id=2, post_number=2)]}, "id": 1}
    folder = page(tmp_path / "in", further, "more.json")
    assert native(folder)["activities"] == []
    page(folder, thread(post()))
    assert {r["object_id"] for r in native(folder)["activities"]} == {"1"}


def test_a_forum_becomes_a_snapshot(tmp_path):
    """By its form, with nothing set aside."""
    folder = discourse_pages(tmp_path / "forum")
    report = snap(folder, tmp_path / "out")
    assert [row["display_name"] for row in rows_of(report, "people")] == [
        "Ada King", "Bea", "Cem Ü.", "Dan", "Eve", "fay",
    ]  # fmt: skip
    assert reasons(report) == []


def test_single_pages_and_several_folders_may_be_named(native, tmp_path):
    """Origins are then told in full."""
    one = FIXTURES / "discourse/t/11.json"
    assert {r["_file"] for r in native(one)["activities"]} == {str(one)}
    other = shutil.copytree(FIXTURES / "discourse", tmp_path / "other")
    tables = native(FIXTURES / "discourse", other)
    assert {r["_file"] for r in of(tables["activities"], person_id=DAN)} == {str(one)}
