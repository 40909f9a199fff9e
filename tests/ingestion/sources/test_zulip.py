"""An export of a Zulip organisation: what becomes of it, and what is refused."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from ingestion.snapshot import ingest
from ingestion.sources import choose, jsondocument, place_of, streams
from ingestion.sources.zulip.texts import addressed
from ingestion.trust import UNJUDGED
from recommender.domain.errors import InputDataError
from tests.ingestion.native import native, table
from tests.ingestion.tables import CONFIG, reasons

EXPORT = Path(__file__).parent / "zulip"
THREAD = "21/reading group"


@pytest.fixture
def export(tmp_path):
    return shutil.copytree(EXPORT, tmp_path / "export")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return native("zulip", EXPORT, tmp_path_factory.mktemp("work"))


def packed(folder, path):
    """The folder as Zulip packs it."""
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, "zulip-export-x")
    return path


def fails(path, tmp_path):
    """What the one line says."""
    with pytest.raises(InputDataError) as caught:
        ingest(path, tmp_path / "out", CONFIG, kind="zulip", terms=UNJUDGED)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_users_become_people_without_bots_and_deleted_accounts(tables):
    """Whoever was deactivated is not shown to others; no address is carried over."""
    names = ("person_id", "display_name", "timezone", "joined_at", "discoverable")
    assert table(tables["people"], *names) == [
        ("10", "Ada Łukasz", "Europe/Berlin", "2020-01-01T00:00:00+00:00", "true"),
        ("11", "Bea 🙂", None, "2020-01-02T00:00:00.250000+00:00", "true"),
        ("12", "Cyd", None, "2020-01-03T00:00:00+00:00", "false"),
        ("14", "Dee", None, None, "true"),
    ]
    assert "@" not in str(tables["people"])


def test_public_channels_become_topics_and_their_threads_objects(tables):
    """However a thread's name was written, and whether or not it is resolved."""
    assert table(tables["topics"], "topic_id", "label", "description") == [
        ("21", "general", "Everything else")
    ]
    assert table(tables["objects"], "object_id", "topic_id", "title") == [
        ("21/", "21", ""),
        (THREAD, "21", "Reading group"),
    ]


def test_messages_of_people_in_public_channels_become_activities(tables):
    """None of bots, deleted accounts, private channels or direct messages."""
    names = ("_file", "_row", "person_id", "topic_id", "object_id", "verb", "occurred_at")
    assert table(tables["activities"], *names) == [
        (0, 1, "10", "21", THREAD, "post", "2020-02-01T00:00:00.500000+00:00"),
        (0, 2, "11", "21", THREAD, "post", "2020-02-01T01:00:00+00:00"),
        (0, 3, "12", "21", THREAD, "post", "2020-02-01T02:00:00+00:00"),
        (1, 5, "10", "21", "21/", "post", "2020-02-02T03:00:00+00:00"),
        (1, 6, "14", "21", "21/", "post", "1e+300"),
    ]


def test_mentions_quotes_and_reactions_become_interactions(tables):
    """Once each; silent mentions, those of everybody, oneself and bots are none."""
    names = ("verb", "person_id", "contact_id", "occurred_at", "topic_id", "object_id")
    assert table(tables["interactions"], *names) == [
        ("mention", "10", "12", "2020-02-02T03:00:00+00:00", "21", "21/"),
        ("mention", "11", "10", "2020-02-01T01:00:00+00:00", "21", THREAD),
        ("quote", "10", "11", "2020-02-02T03:00:00+00:00", "21", "21/"),
        ("quote", "12", "11", "2020-02-01T02:00:00+00:00", "21", THREAD),
        ("react", "11", "10", "2020-02-01T00:00:00.500000+00:00", "21", THREAD),
    ]


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_an_export_is_ingested_whole_and_broken_records_are_told_by_place(form, tmp_path, export):
    """As a folder, and as the archive that Zulip offers."""
    path = export if form == "folder" else packed(export, tmp_path / "export.tar.gz")
    assert choose(place_of(path)).name == "zulip"
    report = ingest(path, tmp_path / "out", CONFIG, terms=UNJUDGED)
    assert (report.people, report.topics, report.objects) == (4, 1, 2)
    assert sorted(reasons(report)) == [
        ("messages-000002.json", 6, "unparsable_time", "occurred_at"),
        ("messages-000002.json", 7, "unreadable_row", None),
        ("realm.json", 6, "unreadable_row", None),
    ]


def test_a_text_made_to_be_slow_is_looked_through_at_once():
    """Every pattern is bounded."""
    assert addressed('<span class="user-mention" ' * 100_000, None) == []
    assert addressed(None, "@**" * 100_000) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "not a whole JSON document"),
        ('{"zerver_message": [{"id": 1', "not a whole JSON document"),
        ('[{"id": 1}]', "no file of a Zulip export"),
        ('{"zerver_messages": []}', "no file of a Zulip export"),
        ('{"zerver_message":' + "[\n" * 1000, "not a whole JSON document"),
        ('{"zerver_message": [{"id": "a\0b"}]}', "not a whole JSON document"),
        ("\x80", "not a whole JSON document"),
    ],
)
def test_what_is_no_file_of_an_export_is_refused_by_name(export, tmp_path, body, said):
    """Cut short, of another kind, or made to do harm."""
    (export / "messages-000001.json").write_text(body, "latin-1")
    message = fails(export, tmp_path)
    assert message.startswith("messages-000001.json")
    assert said in message


def test_a_text_without_end_is_refused_before_it_fills_memory(export, tmp_path, monkeypatch):
    """However long it may be."""
    monkeypatch.setattr(jsondocument, "MAX_VALUE", 1 << 20)
    (export / "messages-000001.json").write_text(
        '{"zerver_message": [{"content": "' + "x" * (4 << 20)
    )
    assert "a value longer than 1048576 bytes" in fails(export, tmp_path)


def test_odd_characters_in_texts_cost_no_more_than_their_records(export, tmp_path):
    """Half a surrogate pair, a null character, and SQL."""
    realm = json.loads((export / "realm.json").read_text())
    realm["zerver_stream"][0]["name"] = "\ud800 \0 '; DROP TABLE users; --"
    (export / "realm.json").write_text(json.dumps(realm, indent=2))
    assert ingest(export, tmp_path / "out", CONFIG, terms=UNJUDGED).topics == 1


def test_an_archive_that_unpacks_without_measure_is_refused(export, tmp_path, monkeypatch):
    """However small it is."""
    monkeypatch.setattr(streams, "ALWAYS", 1 << 20)
    (export / "zeros").write_bytes(bytes(64 << 20))
    assert "times its own size" in fails(packed(export, tmp_path / "bomb.tar.gz"), tmp_path)


def test_an_archive_or_folder_that_is_no_export_is_refused(export, tmp_path):
    """Cut in half, without a realm, or no archive at all."""
    whole = packed(export, tmp_path / "a.tar.gz").read_bytes()
    (tmp_path / "half.tar.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "noise.tar.gz").write_bytes(b"noise")
    (export / "realm.json").unlink()
    assert "not whole" in fails(tmp_path / "half.tar.gz", tmp_path)
    assert "is not whole" in fails(tmp_path / "noise.tar.gz", tmp_path)
    assert "holds no realm.json" in fails(export, tmp_path)
