"""xAPI statements: what of them becomes which native row, and what becomes of bad ones."""

from __future__ import annotations

import json

import pytest

from ingestion.snapshot import ingest, verify
from ingestion.sources import choose, place_of
from ingestion.sources.xapi.recorder import MAX_TEAM
from ingestion.trust import UNJUDGED
from recommender.domain.errors import InputDataError
from tests.ingestion.sources.read import copied, native, values
from tests.ingestion.tables import AS_OF, CONFIG, reasons, rows_of

ADA, BEA, CYD = "https://lms.example|17", "https://lms.example|18", "https://id.example/cyd"
PROF = "mbox_sha1sum:af0d1e424af1e34062297cdc7816006943dd8523"
DAN = "https://lms.example|sha1:e0ba11004a91386c0f7494abf67aa669762ca90d"
COURSE, QUIZ = "https://lms.example/course/stats", "https://lms.example/quiz/1"
FORUM, TAG = "https://lms.example/forum/1", "https://lms.example/tag/sampling"
QUESTION = "https://lms.example/quiz/1/q/2"
PAGE_1, PAGE_2 = "1.json", "2.json"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The tables of two pages of a store."""
    folder = tmp_path_factory.mktemp("xapi")
    return native("xapi", copied("xapi/pages", folder / "pages"), folder / "work")


@pytest.fixture
def told(tmp_path):
    """The tables of statements that are written to one file."""

    def told(*statements):
        path = tmp_path / "statements.json"
        path.write_text(json.dumps(statements))
        return native("xapi", path, tmp_path / "work")

    return told


def statement(verb="passed", **more):
    """A statement of Ada's on a quiz; `more` overrides or adds properties."""
    return {
        "actor": {"account": {"homePage": "https://lms.example", "name": "17"}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": QUIZ},
        "timestamp": "2024-05-01T00:00:00Z",
        **more,
    }


def test_who_does_something_on_a_topic_is_active_there(pages):
    """By verb, time and object, with the file and the statement's place in it."""
    names = ("_at", "person_id", "topic_id", "occurred_at", "verb", "object_id")
    project = "https://lms.example/project/1"
    done = "2024-05-04T09:00:00Z"
    assert values(pages["activities"], *names) == [
        ((PAGE_1, 1), ADA, COURSE, "2024-05-01T09:00:00.000Z", "post", FORUM),
        ((PAGE_1, 2), BEA, COURSE, "2024-05-01T10:00:00+02:00", "reply", FORUM),
        ((PAGE_1, 3), BEA, QUIZ, "2024-05-02T09:00:00Z", "answer", QUESTION),
        ((PAGE_1, 4), BEA, COURSE, "2024-05-02T10:00:00Z", "like", FORUM),
        ((PAGE_2, 1), PROF, QUIZ, "2024-05-03T09:00:00Z", "comment", QUESTION),
        ((PAGE_2, 2), CYD, TAG, done, "completed", project),
        ((PAGE_2, 2), ADA, TAG, done, "completed", project),
        ((PAGE_2, 2), BEA, TAG, done, "completed", project),
        ((PAGE_2, 3), ADA, COURSE, "2024-05-05T09:00:00Z", "mentored", None),
        ((PAGE_2, 7), DAN, QUIZ, "2024-05-08T09:00:00Z", "view", QUIZ),
    ]


def test_who_deals_with_whom_shows_in_replies_agents_instructors_and_teams(pages):
    """And in statements about another's statement."""
    names = ("_at", "person_id", "contact_id", "verb", "topic_id", "object_id")
    found = values(pages["interactions"], *names)
    assert [row for row in found if row[0] != (PAGE_2, 2)] == [
        ((PAGE_1, 2), BEA, ADA, "reply", COURSE, FORUM),
        ((PAGE_1, 3), BEA, PROF, "learn-from", QUIZ, QUESTION),
        ((PAGE_1, 4), BEA, ADA, "like", COURSE, FORUM),
        ((PAGE_2, 1), PROF, BEA, "comment", QUIZ, QUESTION),
        ((PAGE_2, 3), ADA, CYD, "mentored", COURSE, None),
        ((PAGE_2, 7), DAN, ADA, "team", QUIZ, QUIZ),
    ]
    team = [row[1:4] for row in found if row[0] == (PAGE_2, 2)]
    assert team == [
        (one, other, "team") for one in (CYD, ADA, BEA) for other in (CYD, ADA, BEA) if one != other
    ]


def test_an_mbox_and_its_sha1_are_one_person_whose_address_is_nowhere(pages):
    """Not as an id and not as a name; of two names the one that is none stays away."""
    assert values(pages["people"], "person_id", "display_name") == [
        (ADA, "Ada Müller 🦉"),
        (BEA, "Bea"),
        (PROF, "Prof. Noether"),
        (CYD, "Cyd"),
        (DAN, None),
    ]
    assert "@" not in str([{**row, "_at": ""} for rows in pages.values() for row in rows])


def test_topics_and_objects_carry_their_names_in_english_where_there_is_any(pages):
    """A topic is a category, else a grouping, else a parent, but no site and no profile."""
    assert values(pages["topics"], "topic_id", "label") == [
        (COURSE, "Statistics"),
        (QUIZ, "Quiz 1"),
        (TAG, "Sampling"),
    ]
    assert values(pages["objects"], "object_id", "topic_id", "title") == [
        (FORUM, COURSE, "Which test?"),
        (QUIZ, QUIZ, "Quiz 1"),
        (QUESTION, QUIZ, None),
        ("https://lms.example/project/1", TAG, "Project"),
    ]


def test_a_voided_statement_leaves_nothing_whatever_the_case_of_its_id(told):
    """Nor does whoever answered it deal with its author any more."""
    one, two = statement(id="aa-1"), statement("replied", actor={"openid": CYD}, id="aa-2")
    two["context"] = {"statement": {"objectType": "StatementRef", "id": "AA-1"}}
    void = statement("voided", object={"objectType": "StatementRef", "id": "AA-1"})
    tables = told(void, one, two)
    assert values(tables["activities"], "person_id", "verb") == [(CYD, "reply")]
    assert tables["interactions"] == []
    assert values(tables["people"], "person_id") == [(CYD,)]


def test_odd_statements_cost_themselves(tmp_path):
    """Without an id they count; without actor, verb, object or identifier they do not."""
    path = copied("xapi", tmp_path / "xapi") / "odd.jsonl"
    tables = native("xapi", path, tmp_path / "work")
    good = [row for row in tables["activities"] if "_error" not in row]
    assert values(good, "_at", "person_id", "verb", "occurred_at") == [
        (("odd.jsonl", 1), BEA, "defenestrated", "2024-06-01T00:00:00Z"),
        (("odd.jsonl", 6), BEA, "passed", "last week"),
        (("odd.jsonl", 8), BEA, "share", "2024-06-03T00:00:00Z"),
        (("odd.jsonl", 9), ADA, "post", "2024-05-01T09:00:00.000Z"),
    ]
    bad = [(row["_at"][1], row["_error"]) for row in tables["activities"] if "_error" in row]
    assert bad[:4] == [
        (2, "no actor with an identifier"),
        (3, "no verb with an id"),
        (4, "no object"),
        (5, "no actor"),
    ]
    assert bad[4][0] == 10
    assert bad[4][1].startswith("no JSON")


def test_a_crowd_is_not_a_team(told):
    """Its members were there, but did not deal with each of the others."""
    members = [{"openid": f"https://id.example/{n}"} for n in range(MAX_TEAM + 1)]
    tables = told(statement(actor={"objectType": "Group", "member": members}))
    assert len(tables["activities"]) == MAX_TEAM + 1
    assert tables["interactions"] == []


def test_topics_of_a_statement_are_bounded(told):
    """Each member of a group would meet each of them."""
    tags = [{"id": f"https://x.example/{n}"} for n in range(999)]
    found = told(statement(context={"contextActivities": {"category": tags}}))["activities"]
    assert len(found) == 50


@pytest.mark.parametrize(
    "agent",
    [
        {"mbox": "mailto:Prof@Uni.Example"},
        {"mbox": "MAILTO:Prof@uni.example", "name": "x@y.example"},
        {"mbox": "Prof@uni.example"},
        {"mbox_sha1sum": PROF[-40:].upper()},
    ],
)
def test_every_form_of_an_mbox_is_the_same_person(told, agent):
    """With any case of scheme and domain, which are the same in any."""
    assert values(told(statement(actor=agent))["people"], "person_id") == [(PROF,)]


@pytest.mark.parametrize(
    "odd",
    [
        {"context": []},
        {"context": {"team": 5, "instructor": "x", "statement": [], "contextActivities": 1}},
        {"context": {"contextActivities": {"category": [None, {"id": 5}], "grouping": "x"}}},
        {"object": {"id": QUIZ, "definition": {"name": {"en": 5}, "type": []}}},
        {"object": {"id": QUIZ, "definition": "x"}, "timestamp": 5, "stored": "2024-05-01"},
        {"result": {"response": "x" * 999}, "attachments": [{}]},
    ],
)
def test_properties_of_wrong_types_are_passed_over(told, odd):
    """The rest of the statement counts."""
    found = values(told(statement(**odd))["activities"], "person_id", "topic_id", "object_id")
    assert found == [(ADA, QUIZ, QUIZ)]


def test_statements_lead_to_a_snapshot(tmp_path):
    """Recognised as what they are; the same statement on two pages counts once."""
    folder = copied("xapi", tmp_path / "xapi")
    assert choose(place_of(folder)).name == "xapi"
    report = ingest(folder, tmp_path / "out", CONFIG, AS_OF, terms=UNJUDGED)
    verify(report.snapshot)
    assert report.people == 5
    assert report.tables["interactions"].kept == 12
    assert [reason for _, _, reason, _ in reasons(report)] == [
        *["unreadable_row"] * 4, "unparsable_time", "unreadable_row",
    ]  # fmt: skip
    assert rows_of(report, "quarantine")[0]["file"] == "odd.jsonl"


@pytest.mark.parametrize("body", ["", "{", "[1", "nothing", '"text"', '{"statements":[{"id":"a'])
def test_a_file_that_is_no_json_is_refused_in_one_line(tmp_path, body):
    """By its name."""
    path = tmp_path / "statements.json"
    path.write_text(body)
    with pytest.raises(InputDataError, match=r"statements\.json") as caught:
        ingest(path, tmp_path / "out", CONFIG, AS_OF, kind="xapi", terms=UNJUDGED)
    assert "\n" not in str(caught.value)


def test_hostile_text_in_ids_is_bounded(tmp_path):
    """SQL, control characters, NUL and half a surrogate pair: a row, or a bad row."""
    path = tmp_path / "statements.jsonl"
    names = ["'; DROP TABLE posts; --", "a\\u0000b", "a\\nb", "x" * 999, "\\ud800"]
    one = json.dumps(statement(actor={"openid": "NAME"}))
    path.write_text("\n".join(one.replace("NAME", name) for name in names))
    report = ingest(path, tmp_path / "out", CONFIG, AS_OF, terms=UNJUDGED)
    assert [row["person_id"] for row in rows_of(report, "people")] == [names[0]]
    found = {(row, reason) for _, row, reason, _ in reasons(report)}
    assert found == {(2, "bad_id"), (3, "bad_id"), (4, "bad_id"), (5, "unreadable_row")}
