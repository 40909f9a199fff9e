"""Histories of git repositories: who did what, and who had to do with whom."""

from __future__ import annotations

from hashlib import sha256

from tests.ingestion.sources.repositories import work_tree
from tests.ingestion.tables import reasons, rows_of, snap

ADA, BEA, CY, EVE = (
    sha256(f"{name}@example.org".encode()).hexdigest()[:20] for name in ("ada", "bea", "cy", "eve")
)


def of(rows, **values):
    """The rows that have all these values."""
    return [row for row in rows if all(row.get(k) == v for k, v in values.items())]


def test_a_commit_is_an_activity_in_the_folders_of_its_files(native, repository):
    """With the file as object, the author's time in UTC, and the weight of one shared out."""
    rows = of(native(repository)["activities"], _row=10, verb="commit")
    assert rows == [
        {
            "_file": 0,
            "_row": 10,
            "person_id": BEA,
            "topic_id": "lib/text",
            "occurred_at": "2024-03-02T08:00:00+00:00",
            "verb": "commit",
            "object_id": f"lib/text/count.{end}",
            "weight": "0.5000",
        }
        for end in "ch"
    ]


def test_who_reviews_or_tests_addresses_the_author(native, repository):
    """On the folder of the commit, and was active there as well."""
    tables = native(repository)
    rows = of(tables["interactions"], _row=10)
    assert [(r["person_id"], r["contact_id"], r["verb"], r["topic_id"]) for r in rows] == sorted(
        [(ADA, BEA, "review", "lib/text"), (CY, BEA, "test", "lib/text")]
    )
    assert {row["occurred_at"] for row in rows} == {"2024-03-02T08:00:00+00:00"}
    assert len(of(tables["activities"], person_id=ADA, verb="review", _row=10)) == 2


def test_co_authors_address_one_another(native, repository):
    """Both ways; who reviews their work addresses the author alone."""
    rows = of(native(repository)["interactions"], _row=9)
    assert {(r["person_id"], r["contact_id"], r["verb"]) for r in rows} == {
        (CY, BEA, "co-edit"),
        (BEA, CY, "co-edit"),
        (ADA, CY, "review"),
    }


def test_people_are_told_apart_by_address_through_the_mailmap(native, repository):
    """They go by a hash of it, show their latest name, and joined when they were first seen."""
    people = native(repository)["people"]
    assert {row["person_id"]: (row["display_name"], row["joined_at"][:10]) for row in people} == {
        ADA: ("Ada Lovelace", "2024-03-01"),
        BEA: ("Béa Ünal", "2024-03-02"),
        CY: ("Cy Young", "2024-03-02"),
        EVE: ("Eve", "2024-03-07"),
    }
    assert "@" not in str(people)


def test_bots_and_people_without_an_address_do_nothing(native, repository):
    """Nor does anybody review a bot; nor does a sign-off say anything."""
    tables = native(repository)
    done = {(row["_row"], row["verb"]) for row in tables["activities"]}
    assert (8, "commit") not in done
    assert (4, "commit") not in done
    assert not of(tables["interactions"], _row=8)
    assert sha256(b"dan@example.org").hexdigest()[:20] not in str(tables)


def test_a_sweep_counts_for_its_fullest_folders_and_for_no_file(native, repository):
    """Five of them at most, with most files first."""
    rows = of(native(repository)["activities"], _row=7)
    assert {row["topic_id"] for row in rows} == {
        "lib/text", "lib/net", "docs/a", "docs/b", "docs/c",
    }  # fmt: skip
    assert {row["weight"] for row in rows} == {"0.2000"}
    assert not any("object_id" in row for row in rows)


def test_merges_are_left_out_and_what_they_bring_is_not(native, repository):
    """The commit of a side branch counts where it was made."""
    tables = native(repository)
    assert of(tables["activities"], object_id="lib/net/side.c", person_id=CY)
    assert not of(tables["interactions"], occurred_at="2024-03-08T08:00:00+00:00")


def test_an_empty_commit_has_no_topic_but_its_people(native, repository):
    """So it is no activity."""
    tables = native(repository)
    assert not of(tables["activities"], _row=5)
    (tie,) = of(tables["interactions"], _row=5)
    assert (tie["person_id"], tie["contact_id"], tie["verb"]) == (EVE, BEA, "suggest")
    assert "topic_id" not in tie


def test_folders_are_topics_within_one_another_and_files_are_objects(native, repository):
    """Two levels; what lies in no folder has a topic of its own."""
    tables = native(repository)
    topics = {row["topic_id"]: row.get("parent_topic_id") for row in tables["topics"]}
    assert topics == {
        ".": None, "docs": None, "docs/a": "docs", "docs/b": "docs", "docs/c": "docs",
        "lib": None, "lib/net": "lib", "lib/text": "lib",
    }  # fmt: skip
    (top,) = of(tables["topics"], topic_id=".")
    assert top["label"] == "top folder"
    (count,) = of(tables["objects"], object_id="docs/count.md")
    assert (count["topic_id"], count["title"]) == ("docs", "docs/count.md")


def test_a_repository_becomes_a_snapshot(repository, tmp_path):
    """What is odd is set aside, with the place of its commit in the log."""
    report = snap(repository, tmp_path / "out", as_of=None)
    assert {row["display_name"] for row in rows_of(report, "people")} == {
        "Ada Lovelace", "Béa Ünal", "Cy Young", "Eve",
    }  # fmt: skip
    where = str(repository)
    assert sorted(reasons(report)) == [
        (where, 1, "future_time", "occurred_at"),
        (where, 3, "bad_id", "object_id"),
        (where, 3, "bad_id", "object_id"),
    ]
    assert "lib/latin�.c" in {row["object_id"] for row in rows_of(report, "objects")}


def test_several_repositories_are_one_community(native, repository, tmp_path):
    """Topics and objects begin with the name of their repository; people are the same."""
    other = work_tree(tmp_path / "tools", files=("a.txt", "deep/er/still/b.txt"))
    tables = native(repository, other)
    rows = of(tables["activities"], _file=1)
    assert {(r["person_id"], r["topic_id"], r["object_id"]) for r in rows} == {
        (ADA, "tools", "tools/a.txt"),
        (ADA, "tools/deep/er", "tools/deep/er/still/b.txt"),
    }
    parents = {row["topic_id"]: row.get("parent_topic_id") for row in tables["topics"]}
    assert parents["tools/deep/er"] == "tools/deep"
    assert parents["history/lib"] == "history"
    assert parents["history"] is None
