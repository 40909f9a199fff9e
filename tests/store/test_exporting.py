"""An export of a store: native tables, a feedback log, and who was erased."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evaluation.offpolicy.log import read_log
from ingestion.schema import TABLES
from recommender.domain.erasure import Erased
from recommender.domain.errors import OutputError
from recommender.domain.learner import Activity, FeedbackAction
from recommender.domain.slate import Kind
from recommender.domain.versions import read_manifest, verify_files
from recommender.store import exporting
from recommender.store.exporting import export
from recommender.store.feedback_log import log_rows
from recommender.store.native import NATIVE
from tests.store.values import FULL, NOW, activity, block, connection, feedback, interaction

HOUR = timedelta(hours=1)


def rows(folder, table):
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def test_every_table_has_the_columns_of_ingestion():
    """No column that it would keep out, and all that it requires."""
    for name, schema in NATIVE.items():
        assert set(TABLES[name].needed) <= set(schema.names) <= set(TABLES[name].names)


def test_all_that_is_kept_is_exported(store, tmp_path):
    """Every field that a table has a column for; the manifest says what there is."""
    with store.writing("t") as work:
        work.put_learner(FULL)
        work.put_block(block())
        work.add_events([activity(1), interaction(1), connection(1)])
        work.add_feedback([feedback(1)])
        work.erase("gone")
    done = export(store, "t", tmp_path / "out")
    out = done.folder
    verify_files(out, read_manifest(out, "learners", 1))
    (person,) = rows(out, "people")
    assert person == {
        "person_id": FULL.person_id,
        "display_name": "Zoë",
        "organisation": 'Acme "Ltd"',
        "role": "r",
        "sector": "s",
        "level": 2.5,
        "languages": ["en", "nl-BE"],
        "timezone": "Europe/Amsterdam",
        "discoverable": None,
    }
    assert [(g["topic_id"], g["direction"], g["level"]) for g in rows(out, "goals")] == [
        ("t1", "learn", 0.1),
        ("t1", "offer", None),
    ]
    assert [(s["topic_id"], s["level"]) for s in rows(out, "skills")] == [("t2", 4.0), ("t3", None)]
    assert rows(out, "blocks") == [
        {"person_id": "ada", "contact_id": "bea", "kind": "block", "created_at": NOW}
    ]
    assert [a["weight"] for a in rows(out, "activities")] == [None]
    assert [i["weight"] for i in rows(out, "interactions")] == [0.5]
    assert done.rows["connections"] == done.rows["feedback"] == 1
    erased = Erased.read((out / "erased.txt").read_text())
    assert "gone" in erased
    assert "ada" not in erased
    assert (done.position, done.erased) == (store.position("t"), 1)


def test_the_same_store_gives_the_same_bytes(store, tmp_path):
    """And an earlier export gives way."""
    with store.writing("t") as work:
        work.add_events([activity(n, at=NOW - n * HOUR) for n in range(50)])
    export(store, "t", tmp_path / "one")
    export(store, "t", tmp_path / "two")
    export(store, "t", tmp_path / "two")
    one, two = ({f.name: f.read_bytes() for f in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


def test_only_what_happened_since_is_exported_where_that_is_asked(store, tmp_path):
    """Events and feedback; what learners decided always is."""
    with store.writing("t") as work:
        work.put_learner(FULL)
        work.add_events([activity(1, at=NOW - HOUR), activity(2)])
        work.add_feedback([feedback(1, occurred_at=NOW - HOUR), feedback(2)])
    done = export(store, "t", tmp_path / "out", since=NOW)
    assert [done.rows[name] for name in ("people", "activities", "feedback")] == [1, 1, 1]


def test_nothing_but_an_export_is_replaced(store, tmp_path):
    """Nor is half of one left."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").touch()
    store.key("t")
    with pytest.raises(OutputError, match="not empty"):
        export(store, "t", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["precious"]


def test_there_is_an_export_at_any_moment(store, tmp_path, monkeypatch):
    """The new one takes the place of the old one in one step; where that is a link, too."""
    there = tmp_path / "there"
    out, elsewhere = there / "out", there / "elsewhere"
    export(store, "t", elsewhere)
    out.symlink_to(elsewhere)
    renames = []
    monkeypatch.setattr(Path, "rename", lambda *each: renames.append(each))
    for _ in range(2):
        export(store, "t", out)
    assert renames == []
    assert not out.is_symlink()
    assert sorted(path.name for path in there.iterdir()) == ["elsewhere", "out"]


def test_a_disk_that_is_full_is_said_to_be(store, tmp_path, monkeypatch):
    """On one line, whatever could not be written; an earlier export stays as it is."""
    out = export(store, "t", tmp_path / "there" / "out").folder
    before = sorted(out.parent.rglob("*"))

    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    for what in ("Writer", "seal", "swap_folder"):
        with monkeypatch.context() as patch:
            patch.setattr(exporting, what, fail)
            with pytest.raises(OutputError, match=f"{out} cannot be written .No space.*make room"):
                export(store, "t", out)
    assert sorted(out.parent.rglob("*")) == before


def test_ties_that_were_made_and_ended_are_one_row(store, tmp_path):
    """In order of time, whatever the order of writing; an end alone is one, too."""
    changes = [
        connection(3, contact="cyd"),
        connection(1),
        connection(2),
    ]
    made = [
        type(change)(
            event_id=change.event_id,
            person_id=change.person_id,
            contact_id=change.contact_id,
            occurred_at=at,
            ended=ended,
        )
        for change, at, ended in zip(
            changes, (NOW, NOW + HOUR, NOW), (True, True, False), strict=True
        )
    ]
    with store.writing("t") as work:
        work.add_events(made)
    export(store, "t", tmp_path / "out")
    assert rows(tmp_path / "out", "connections") == [
        {"person_id": "ada", "contact_id": "bea", "connected_at": NOW, "ended_at": NOW + HOUR},
        {"person_id": "ada", "contact_id": "cyd", "connected_at": None, "ended_at": NOW},
    ]


def test_a_weight_of_one_is_left_to_the_verb(store, tmp_path):
    """As where the host says nothing; what is heavier than ingestion takes is made lighter."""
    with store.writing("t") as work:
        work.add_events(
            [
                Activity(
                    event_id=f"{weight}",
                    person_id="ada",
                    occurred_at=NOW,
                    topic_id="t",
                    verb="view",
                    weight=weight,
                )
                for weight in (1.0, 2.0, 1e300)
            ]
        )
    export(store, "t", tmp_path / "out")
    assert {row["weight"] for row in rows(tmp_path / "out", "activities")} == {None, 2.0, 1e6}


def test_the_feedback_log_is_one_that_evaluation_reads(store, tmp_path):
    """A row per place that was shown, with what came of it; of new people only."""
    late = {"occurred_at": NOW + HOUR}
    items = [
        feedback(1, rank=1),
        feedback(2, contact="cyd", rank=2, propensity=None),
        feedback(3, contact="cyd", rank=2, action=FeedbackAction.ACCEPTED, **late),
        feedback(4, rank=1, action=FeedbackAction.OPENED, **late),
        feedback(5, contact="dee", rank=0),
        feedback(6, contact="eve", list_kind=Kind.REACTIVATION, token="other"),
    ]
    with store.writing("t") as work:
        work.add_feedback(items)
    export(store, "t", tmp_path / "out")
    log = read_log(tmp_path / "out" / "feedback.parquet")
    assert log.contacts == ["bea", "cyd"]
    assert log.position.tolist() == [1, 2]
    assert log.propensity.tolist() == [0.125, 1.0]
    assert log.reward.tolist() == [0.0, 1.0]
    (one, two) = rows(tmp_path / "out", "feedback")
    assert (one["opened"], two["opened"]) == (True, False)
    assert one["answer_id"] == two["answer_id"]
    (other,) = rows(tmp_path / "out", "feedback-reactivation")
    assert other["contact_id"] == "eve"


def logged(*items):
    return [(row["answer_id"], row["reward"], row["declined"]) for _, row in log_rows(items)]


def test_a_place_that_is_shown_again_is_an_answer_of_its_own():
    """What comes of it is noted at the last showing, or at the first where it came too early."""
    accepted, declined = FeedbackAction.ACCEPTED, FeedbackAction.DECLINED
    first, second, third = logged(
        feedback(0, action=declined),
        feedback(1),
        feedback(2),
        feedback(3, action=accepted),
        feedback(4),
    )
    assert (first[1:], second[1:], third[1:]) == ((0.0, True), (1.0, False), (0.0, False))
    assert len({first[0], second[0], third[0]}) == 3


def test_whose_erasure_is_complete_is_not_dropped_by_ingestion_any_more(store, clock, tmp_path):
    """She may have come back."""
    with store.writing("t") as work:
        work.erase("gone")
    for days, count in ((29, 1), (2, 0)):
        clock.move(days=days)
        assert export(store, "t", tmp_path / "out").erased == count


def test_an_export_is_nobody_elses_to_read(store, tmp_path):
    """Neither the folder nor a file of it, whatever an earlier export was like."""
    with store.writing("t") as work:
        work.put_learner(FULL)
    out = export(store, "t", tmp_path / "out").folder
    out.chmod(0o755)
    export(store, "t", out)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (out, *out.iterdir())}
    assert modes.pop("out") == 0o700
    assert set(modes.values()) == {0o600}
