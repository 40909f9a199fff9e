"""Pages of a forum that are broken, odd or none: what is set aside, and what is refused."""

from __future__ import annotations

import pytest

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources import choose
from ingestion.sources.discourse import DiscoursePages, pages
from recommender.domain.errors import InputDataError
from tests.ingestion.examples import discourse_pages
from tests.ingestion.sources.forums import page, post, thread
from tests.ingestion.tables import CONFIG, reasons, rows_of, snap

SOURCE = DiscoursePages()

BROKEN = [
    ("", "no JSON"),
    ('{"post_stream": {"posts": [', "no JSON"),
    ("[" * 100_000, "no JSON"),
    ("\x00\x01", "no JSON"),
    ("7", "not a JSON object"),
    ('{"post_stream": 7}', "no page of its kind"),
    ('{"post_stream": {"posts": 7}, "id": 1}', "posts is no list"),
    ('{"latest_posts": [7]}', "no record of its kind"),
    ('{"latest_posts": [{"id": 1, "user_id": 1}]}', "no topic_id"),
    ('{"user_actions": [null]}', "no record of its kind"),
    (thread(post(username="\ud800")), "surrogates"),
    (thread(post(reply_to_user=[7])), "no record of its kind"),
    (thread(post(cooked=7)), "no record of its kind"),
]
"""Pages that cannot be read, or a record of theirs, and what is said of it."""


def test_what_cannot_be_read_is_set_aside_and_the_rest_counts(tmp_path):
    """With its page and the number of its record."""
    folder = discourse_pages(tmp_path / "forum")
    names = [f"zz-{number:02}.json" for number in range(len(BROKEN))]
    for name, (body, _) in zip(names, BROKEN, strict=True):
        page(folder, body, name)
    report = snap(folder, tmp_path / "out")
    set_aside = rows_of(report, "quarantine")
    broken = [row for row in set_aside if row["reason"] != "unknown_topic"]  # kept, with a note
    assert {(row["file"], row["reason"]) for row in broken} == {
        (name, "unreadable_row") for name in names
    }
    for name, (_, said) in zip(names, BROKEN, strict=True):
        assert said in next(row["value"] for row in broken if row["file"] == name), name
    assert report.people == 6


def test_a_page_that_is_too_long_is_set_aside_unread(tmp_path, monkeypatch):
    """However much memory it would take."""
    folder = discourse_pages(tmp_path / "forum")
    with (folder / "zz.json").open("wb") as file:
        file.truncate(1 << 30)
    report = snap(folder, tmp_path / "out")
    assert reasons(report) == [("zz.json", 1, "unreadable_row", None)]


def test_odd_values_are_set_aside_by_their_rows(tmp_path):
    """A time that is none, an id with a control character, SQL that is but text."""
    folder = discourse_pages(tmp_path / "forum")
    odd = thread(
        post(id=1, created_at="yesterday"),
        post(id=2, post_number=2, created_at=None),
        post(id=3, post_number=3, user_id=2),
        id="1'; DROP TABLE posts; --\n",
        title="Tidy",
    )
    for each in odd["post_stream"]["posts"]:
        each["topic_id"] = odd["id"]
    page(folder, odd, "zz.json")
    report = snap(folder, tmp_path / "out")
    found = {(row, reason) for _, row, reason, _ in reasons(report)}
    assert {(1, "bad_id"), (2, "missing_value"), (3, "bad_id")} <= found


def test_a_folder_without_a_page_is_refused(tmp_path):
    """Whatever JSON it has."""
    for body in ("{}", "[7]", '{"about": {}}', ""):
        folder = page(tmp_path / "in", body)
        assert not SOURCE.recognises(Place(paths=(folder,)))
        with pytest.raises(InputDataError, match="holds no page of a Discourse forum"):
            SOURCE.tables(Place(paths=(folder,)), Engine(tmp_path, CONFIG))


def test_pages_are_known_by_how_they_begin(tmp_path):
    """However they are indented; other JSON is not theirs."""
    for body in ('{"post_stream":{}}', ' {\n "latest_posts" : []}', '{"user_actions":[]}'):
        place = Place(paths=(page(tmp_path / "in", body),))
        assert choose(place) is not None
        assert SOURCE.recognises(place)


@pytest.mark.parametrize(
    ("cooked", "found"),
    [
        ('<a class="mention" href="/u/ada">@ada</a>', [("mention", "ada")]),
        ("<A HREF='/forum/u/Ada' CLASS='mention x'>@Ada</A>", [("mention", "ada")]),
        ('<a class="mention" href="/users/ada">@ada</a>', [("mention", "ada")]),
        ('<a class="mention" href="/u/a&amp;b">', [("mention", "a&b")]),
        ('<a href="/u/ada">Ada</a> <a class="mention-group" href="/groups/x">@x</a>', []),
        ('<a class="mention" href="/u/ada/summary">', []),
        ('<span class="mention">@ada</span>', []),
        ('<aside class="onebox"><a class="mention" href="/u/ada">@ada</a></aside>', []),
        (
            """<aside data-username="Ada"><aside data-username="bea"></aside></aside></aside>
            <aside data-username="cem">""",
            [("quote", "ada"), ("quote", "cem")],
        ),
        ('<a class="mention" href="/u/ada"' * 2, []),
        ("<a " * 300_000, []),
        ("<aside>" * 100_000, []),
        ("".join(f'<a class="mention" href="/u/u{n}">' for n in range(60)), 50),
    ],
)
def test_whom_a_text_addresses(cooked, found):
    """By its links and quotes, once each, up to a number, in time that grows with its length."""
    told = pages.addressed(cooked)
    assert told == found or len(told) == found
