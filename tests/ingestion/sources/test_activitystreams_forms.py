"""ActivityStreams: the forms in which an object may stand, archives, and hostile input."""

from __future__ import annotations

import json
import shutil

import pytest

from ingestion.snapshot import ingest, verify
from ingestion.sources import SOURCES, choose, place_of
from ingestion.sources.activitystreams import terms
from ingestion.trust import UNJUDGED
from recommender.domain.errors import InputDataError
from tests.ingestion.sources.read import copied, native, values
from tests.ingestion.tables import AS_OF, CONFIG, activity, host, reasons, rows_of, write_host

ADA, BEA, CYD = (f"https://learn.example/users/{name}" for name in ("ada", "bea", "cyd"))
POST = f"{ADA}/statuses/1"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ALL_TABLES = {
    "people", "topics", "objects", "activities", "interactions", "connections", "blocks",
}  # fmt: skip


def note(**more):
    """A public post of Ada's on maths; `more` overrides or adds properties."""
    return {
        "id": POST, "type": "Note", "attributedTo": ADA, "published": "2024-05-01T00:00:00Z",
        "to": PUBLIC, "content": "…", "tag": [{"type": "Hashtag", "name": "#Maths"}], **more,
    }  # fmt: skip


def like(**more):
    """A like of Bea's for it."""
    return {
        "id": "https://learn.example/l/1", "type": "Like", "actor": BEA, "object": POST,
        "published": "2024-05-02T00:00:00Z", **more,
    }  # fmt: skip


@pytest.fixture
def told(tmp_path):
    """The tables of objects that are written one a line."""

    def told(*things):
        path = tmp_path / "things.jsonl"
        path.write_text("\n".join(map(json.dumps, things)))
        return native("activitystreams", path, tmp_path / "work")

    return told


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"attributedTo": {"type": "Person", "id": ADA}},
        {"attributedTo": [ADA]},
        {"attributedTo": [{"id": ADA, "type": ["Person", "x:Teacher"]}]},
        {"type": ["Note", "x:Other"]},
        {"type": "as:Note"},
        {"type": "https://www.w3.org/ns/activitystreams#Article"},
        {"tag": {"type": "Hashtag", "name": "maths"}},
        {"tag": [{"type": "Hashtag", "name": "#MATHS"}, 5, None, {"type": "Hashtag"}]},
        {"to": [{"id": PUBLIC}], "cc": "https://learn.example/users/ada/followers"},
        {"to": None},
        {"content": None, "contentMap": {"en": "…"}},
    ],
)
def test_a_post_is_the_same_in_every_form(told, form):
    """Ids as text, object or list; one value or several; types short or in full."""
    names = ("person_id", "topic_id", "verb", "object_id", "occurred_at")
    at = "2024-05-01T00:00:00Z"
    assert values(told(note(**form))["activities"], *names) == [(ADA, "maths", "post", POST, at)]


def test_every_author_of_a_post_wrote_it(told):
    """And whoever likes it likes something of each."""
    tables = told(note(attributedTo=[ADA, {"type": "Person", "id": CYD}]), like())
    found = values(tables["activities"], "person_id", "verb")
    assert found == [(ADA, "post"), (CYD, "post"), (BEA, "like")]
    found = values(tables["interactions"], "person_id", "contact_id", "verb")
    assert sorted(found) == [(BEA, ADA, "like"), (BEA, CYD, "like")]


@pytest.mark.parametrize(
    ("undo", "left"),
    [
        ({"type": "Undo", "actor": BEA, "object": "https://learn.example/l/1"}, 0),
        ({"type": "Undo", "actor": BEA, "object": like()}, 0),
        ({"type": "Undo", "actor": BEA, "object": like(id=None)}, 0),
        (
            {
                "type": "Undo", "actor": BEA, "object": like(id=None),
                "published": "2024-05-01T12:00:00Z",
            },
            1,
        ),
        ({"type": "Undo", "actor": BEA, "object": like(id="https://learn.example/l/2")}, 1),
        ({"type": "Delete", "actor": ADA, "object": POST}, 0),
        ({"type": "Delete", "actor": BEA, "object": BEA}, 0),
        ({"type": "Tombstone", "id": POST, "formerType": "Note"}, 0),
    ],
)  # fmt: skip
def test_an_act_that_was_taken_back_before_or_whose_object_is_gone_leaves_nothing(told, undo, left):
    """By its id, or by what it was and when; an earlier undoing is of an earlier act."""
    tables = told(undo, note(), like())
    assert len(tables["interactions"]) == left
    assert ("like" in str(tables["activities"])) == bool(left)


def test_collections_may_stand_within_collections(told):
    """A page in a line, with activities that carry their objects."""
    create = {"type": "Create", "actor": ADA, "published": "2024-05-01T00:00:00Z", "object": note()}
    page = {"type": "OrderedCollectionPage", "orderedItems": [create, like(), "https://x.example"]}
    tables = told({"type": "Collection", "first": page})
    assert len(tables["activities"]) == 2
    assert len(tables["interactions"]) == 1


def test_a_vote_in_a_poll_and_types_that_say_nothing_are_passed_over(told):
    """As are objects nested deeper than anybody writes them."""
    vote = note(content=None, name="Yes", inReplyTo=f"{CYD}/statuses/2")
    deep = note()
    for _ in range(9):
        deep = {"type": "Announce", "actor": BEA, "object": deep}
    tables = told(vote, {"type": "Flag", "actor": BEA, "object": ADA}, {"type": "Arrive"}, deep)
    assert tables["activities"] == []
    assert tables["people"] == []


def test_whose_a_post_is_shows_in_its_id_where_mastodon_made_it(told):
    """And nowhere else: other hosts' ids tell nothing."""
    objects = [
        f"{ADA}/statuses/9",
        "https://x.example/ap/users/7/statuses/8",
        "https://x.example/9",
    ]
    tables = told(
        *(like(id=f"https://x.example/l/{n}", object=one) for n, one in enumerate(objects))
    )
    found = values(tables["interactions"], "contact_id")
    assert found == [(ADA,), ("https://x.example/ap/users/7",)]


@pytest.mark.parametrize("kind", ["zip", "gztar", "tar"])
def test_an_archive_as_it_was_handed_out_is_what_it_holds(tmp_path, kind):
    """Whether packed or unpacked, and several by a glob."""
    folder = copied("activitystreams/archive", tmp_path / "archive")
    (folder / "media_attachments").mkdir()
    (folder / "media_attachments" / "1.png").write_bytes(bytes(999))
    packed = shutil.make_archive(tmp_path / "archive-20240630-abc", kind, folder)
    assert choose(place_of(packed)).name == "activitystreams"
    source = SOURCES["activitystreams"]
    assert source.recognises(place_of(tmp_path / "archive-*"))
    found = native("activitystreams", packed, tmp_path / "work")
    plain = native("activitystreams", folder, tmp_path / "work-2")
    for name in ALL_TABLES:
        strip = [[{**row, "_at": None} for row in one[name]] for one in (found, plain)]
        assert sorted(map(str, strip[0])) == sorted(map(str, strip[1]))
    name = packed.rpartition("/")[2]
    assert f"{name}/outbox.json" in {row["_at"][0].replace("./", "") for row in found["activities"]}


def test_an_archive_of_something_else_is_refused_or_passed_over(tmp_path):
    """Refused where it was given, passed over where it lies beside."""
    folder = copied("activitystreams", tmp_path / "in")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "readme.txt").write_text("nothing")
    other = shutil.make_archive(str(folder / "other"), "zip", tmp_path / "other")
    assert ingest(folder, tmp_path / "out", CONFIG, AS_OF, terms=UNJUDGED).people == 6
    with pytest.raises(InputDataError, match=r"it has no outbox\.json"):
        ingest(other, tmp_path / "out", CONFIG, AS_OF, kind="activitystreams", terms=UNJUDGED)


def test_native_folders_are_not_taken_for_it(tmp_path):
    """Though they may hold JSON Lines."""
    path = write_host(tmp_path / "native", host(activities=[activity()]), "jsonl")
    assert choose(place_of(path)).name == "folder"


def test_hostile_objects_are_bounded(tmp_path):
    """SQL, control characters and NUL in ids, lists of a thousand, properties of wrong types."""
    path = tmp_path / "things.jsonl"
    names = ["'; DROP TABLE posts; --", "a\u0000b", "a\nb", "x" * 999]
    things = [note(id=f"https://x.example/{n}", attributedTo=one) for n, one in enumerate(names)]
    things += [
        note(id=5, tag=5, to=5, inReplyTo=5, conversation=[], published={}, attributedTo=[[]]),
        note(
            id="https://x.example/9", tag=[{"type": "Hashtag", "name": f"#{n}"} for n in range(999)]
        ),
        {"type": "Create", "actor": [], "object": []},
        {"type": "Undo", "object": {"type": 5, "object": []}},
        {"type": "Person", "id": None, "name": {}},
        {"type": "Like", "actor": {"type": "Person"}, "object": [None, {}, 5]},
    ]
    path.write_text("\n".join(map(json.dumps, things)))
    report = ingest(path, tmp_path / "out", CONFIG, AS_OF, terms=UNJUDGED)
    verify(report.snapshot)
    people = [row["person_id"] for row in rows_of(report, "people")]
    assert people == [names[0], ADA]
    assert {2, 3, 4} <= {row for _, row, reason, _ in reasons(report) if reason == "bad_id"}


def test_a_post_of_thousands_to_thousands_is_bounded(told):
    """Each author would meet each of those who are mentioned, on each topic."""
    many = range(5000)
    tags = [{"type": "Hashtag", "name": f"#t{n}"} for n in many]
    tags += [{"type": "Mention", "href": f"https://x.example/m{n}"} for n in many]
    tables = told(note(attributedTo=[f"https://x.example/a{n}" for n in many], tag=tags))
    assert len(tables["activities"]) == len(tables["interactions"]) == 50 * 50


@pytest.mark.parametrize("body", ["", "{", '{"type":"Collection","items":[{"type":"No', "nothing"])
def test_a_file_that_is_no_json_is_refused_in_one_line(tmp_path, body):
    """By its name."""
    path = tmp_path / "outbox.json"
    path.write_text(body)
    with pytest.raises(InputDataError, match=r"outbox\.json") as caught:
        ingest(path, tmp_path / "out", CONFIG, AS_OF, kind="activitystreams", terms=UNJUDGED)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "actor", "address"),
    [
        ("@bob@x.example", "https://y.example/1", "bob@x.example"),
        ("Bob", "https://x.example:8443/users/bob", "bob@x.example"),
        ("@bob", "http://[broken", None),
        ("", "https://x.example/1", None),
        (None, "acct:x", None),
    ],
)
def test_an_address_is_the_name_and_the_host(name, actor, address):
    """The host of the actor's id, where the name has none."""
    assert terms.address(name, actor) == address
