"""A dry run shows what would come out, and leaves nothing behind."""

from __future__ import annotations

import json
import tempfile

import pytest

from ingestion.engines import open_engine
from ingestion.preview import preview
from ingestion.snapshot import ingest
from ingestion.trust import Terms
from recommender.domain.errors import InputDataError
from tests.cli.conftest import run_here
from tests.ingestion.tables import AS_OF, CONFIG, activity, host, interaction, write_host

ROWS = [
    activity(mood="high", weight=2),
    activity(at="never"),
    activity("bea", verb="Waved"),
    activity("bea", at="2024-06-02", verb="waved"),
    activity("cyd", verb="poked", weight=1),
    activity("late", at="2025-01-01"),
    *(activity(f"p{n}") for n in range(30)),
]


@pytest.fixture
def source(tmp_path):
    return write_host(tmp_path / "in", host(activities=ROWS), "jsonl")


@pytest.fixture
def pln(tmp_path):
    """Runs `pln` within this process, in a folder of its own."""

    def run(*words):
        return run_here(*words, cwd=tmp_path)

    return run


def test_it_says_of_each_table_what_ingestion_would(source, tmp_path):
    """Read, kept, ignored, set aside: the very figures."""
    seen = preview(source, CONFIG, AS_OF)
    made = ingest(source, tmp_path / "out", CONFIG, AS_OF, terms=Terms(report=True))
    assert (seen.tables, seen.problems, seen.as_of) == (made.tables, made.problems, made.as_of)
    assert (seen.people, seen.topics, seen.objects) == (made.people, made.topics, made.objects)
    assert seen.objection is None


def test_it_shows_the_first_ten_rows_that_count(source):
    """As they were understood: times in UTC, numbers as numbers, no bad row."""
    rows = preview(source, CONFIG, AS_OF).examples["activities"]
    assert len(rows) == 10
    assert rows[0] == {
        "person_id": "ada", "topic_id": "maths", "occurred_at": "2024-06-01T00:00:00Z",
        "verb": "post", "object_id": None, "weight": 2.0,
    }  # fmt: skip
    assert [row["person_id"] for row in rows[1:4]] == ["bea", "bea", "cyd"]
    assert "late" not in {row["person_id"] for row in rows}


def test_it_names_what_is_not_mapped(source):
    """Columns that no table has, and verbs that neither weigh anything nor bring a weight."""
    seen = preview(source, CONFIG, AS_OF)
    assert seen.tables["activities"].unknown_columns == ("mood",)
    assert seen.verbs == {"activities": {"waved": 2}, "interactions": {}}


def test_it_says_what_would_not_be_published(source, tmp_path):
    """Where too much is bad, and where too much is gone since the snapshot in a folder."""
    ingest(source, tmp_path / "out", CONFIG, AS_OF)
    write_host(source, host(activities=ROWS[:2] * 15), "jsonl")
    assert "--allow-bad" in preview(source, CONFIG, AS_OF).objection
    lenient = Terms(allow_bad=True)
    assert preview(source, CONFIG, AS_OF, terms=lenient).objection is None
    there = preview(source, CONFIG, AS_OF, root=tmp_path / "out", terms=lenient)
    assert "--allow-shrunk" in there.objection


def test_it_leaves_nothing_behind(source, tmp_path, monkeypatch):
    """Neither a snapshot, nor a report, nor a file of its own."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    before = sorted(path for path in tmp_path.rglob("*"))
    preview(source, CONFIG, AS_OF, root=tmp_path / "new" / "out")
    with pytest.raises(InputDataError):
        preview(write_host(tmp_path / "in", host(activities=[], interactions=[]), "jsonl"), CONFIG)
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_it_works_in_the_folder_that_it_is_given(source, tmp_path, monkeypatch):
    """Which executors on other machines see, as they do when it is published."""
    worked = []

    def opened(work, *more):
        worked.append(work)
        return open_engine(work, *more)

    monkeypatch.setattr("ingestion.preview.open_engine", opened)
    preview(source, CONFIG, AS_OF, root=tmp_path / "out")
    preview(source, CONFIG, AS_OF)
    assert [work.parent == tmp_path / "out" for work in worked] == [True, False]


def test_the_command_needs_no_folder_to_look(source, pln):
    """It prints figures, first rows and what is not mapped; with --json, one document."""
    done = pln("ingest", source, "--as-of", "2024-07-01", "--dry-run")
    assert done.returncode == 0, done.stderr
    for word in ("nothing was published", "unparsable_time", "2025-03-01T08:30:00Z",
                 "unknown columns mood", "waved (2)", "it would be published"):  # fmt: skip
        assert word in done.stdout, word
    done = pln("ingest", source, "--as-of", "2024-07-01", "--dry-run", "--json")
    document = json.loads(done.stdout)
    assert document["tables"]["activities"]["quarantined"] == {"unparsable_time": 1}
    assert len(document["examples"]["activities"]) == 10


def test_the_command_without_a_folder_is_a_misuse(source, pln):
    """Unless it is to look only."""
    done = pln("ingest", source)
    assert done.returncode == 2
    assert "--out" in done.stderr


def test_the_command_says_where_the_report_is_and_who_is_suspected(source, pln, tmp_path):
    """And what to do about each row that was set aside."""
    rows = [activity("bot", at=f"2024-05-01T{m // 60:02}:{m % 60:02}:00") for m in range(700)]
    more = [activity("bot", at=f"2024-05-01T00:{s // 60:02}:{s % 60:02}.5") for s in range(400)]
    write_host(source, host(activities=[*rows, *more], interactions=[interaction()] * 2), "jsonl")
    done = pln("ingest", source, "--out", tmp_path / "out", "--drop-bots", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["report"].endswith("report.html")
    assert made["bots"][0]["person_id"] == "bot"
    assert [(one["code"], one["rows"]) for one in made["problems"]] == [
        ("suspected_bot", 1100), ("duplicate", 1),
    ]  # fmt: skip


def test_the_command_ends_with_3_where_too_much_is_bad(source, pln, tmp_path):
    """One line on standard error, and nothing published; --allow-bad publishes it."""
    write_host(source, host(activities=ROWS[:2] * 15), "jsonl")
    words = ("ingest", source, "--out", tmp_path / "out", "--as-of", "2024-07-01")
    done = pln(*words)
    assert done.returncode == 3
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert "--allow-bad" in lines[0]
    assert not (tmp_path / "out" / "CURRENT").exists()
    assert pln(*words, "--allow-bad").returncode == 0
