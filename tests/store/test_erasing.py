"""Whoever is erased is gone: from every table, as herself and as somebody's contact."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from recommender.domain.learner import Erasure, FeedbackAction, Learner
from recommender.store import LearnerStore, Once
from tests.store.values import NOW, activity, block, connection, feedback, followed, interaction

GONE = "unmistakable-person-0815"


def fill(store, person=GONE, among=0):
    """Everything that can be kept about a person, among other people's; returns the rows of hers.

    among: rounds of other people's rows, which pages are split for.
    """
    chosen = random.Random(1)
    others = [f"other-{number}" for number in range(50)]
    for number in range(among):
        with store.writing("t") as work:
            work.put_learner(Learner(person_id=chosen.choice(others)))
            work.put_block(block(*chosen.sample(others, 2)))
            work.add_events(
                [interaction(f"o{number}-{n}", *chosen.sample(others, 2)) for n in "abc"]
            )
            work.add_events([interaction(f"{number}", person, chosen.choice(others))])
            work.add_feedback([feedback(f"{number}", chosen.choice(others), person)])
    once = Once(request_id=f"of {person}", method="M", digest=b"1")
    with store.writing("t", once) as work:
        work.put_learner(Learner(person_id=person))
        work.put_learner(Learner(person_id=person, paused=True))
        work.put_block(block(person, "bea"))
        work.put_block(block("bea", person))
        work.put_block(block("cyd", person))
        work.lift_block("cyd", person)
        work.add_events([activity("x", person), interaction("x", person, "bea")])
        work.add_events([interaction("y", "bea", person), connection("y", "bea", person)])
        work.add_feedback([feedback("x", person), feedback("y", "bea", person)])
        work.add_feedback([feedback("z", "dee", person, action=FeedbackAction.DECLINED)])
        work.answered(person.encode(), ["bea", person])
    return 13 + 2 * among


def test_all_rows_about_a_person_are_erased(store):
    """As many as were counted before; other people's stay."""
    with store.writing("t") as work:
        work.put_block(block("bea", "cyd"))
        work.add_events([activity(1, "bea")])
    rows = fill(store)
    with store.writing("t") as work:
        assert work.count(GONE) == rows
        _, erased = work.erase(GONE)
        assert erased == rows
        assert work.count(GONE) == 0
    assert store.learner("t", GONE) is None
    assert [each.contact_id for _, each in store.blocks("t", "bea", None, None, 9)] == ["cyd"]
    with store.contents("t") as contents:
        assert [event.event_id for event in contents.events()] == ["a1"]
        assert list(contents.feedback()) == []


def test_readers_learn_of_an_erasure_by_a_mark(store, clock):
    """It tells who it is to those who know the person, and nobody else."""
    with store.writing("t") as work:
        erasure, _ = work.erase(GONE)
    ((_, told),) = followed(store)
    assert told == erasure
    assert isinstance(told, Erasure)
    assert told.mark == store.erasure_mark("t", GONE)
    assert told.mark not in {store.erasure_mark("t", "ada"), store.erasure_mark("u", GONE)}
    assert (told.erased_at, told.complete_at) == (NOW, NOW + timedelta(days=30))
    assert GONE not in repr(told)


def test_who_was_erased_may_come_back_once_no_file_holds_her(store, clock):
    """Until then nothing may be written about her."""
    with store.writing("t") as work:
        work.erase(GONE)
    for days, known in ((29, True), (2, False)):
        clock.move(days=days)
        store.purge()
        with store.writing("t") as work:
            assert work.erased(["ada", GONE]) == ({GONE} if known else set())


def test_a_mark_is_kept_for_whatever_model_is_served_later(store, clock):
    """Readers with a model of before the erasure was complete learn of it years later, too."""
    with store.writing("t") as work:
        erasure, _ = work.erase(GONE)
    clock.move(days=2000)
    store.purge()
    moment = timedelta(microseconds=1)
    for trained, told in (
        (NOW, [(1, erasure)]),
        (erasure.complete_at, [(1, erasure)]),
        (erasure.complete_at + moment, []),
    ):
        assert store.changes("t", 0, 9, trained) == told


def test_an_erasure_counts_in_a_model_that_is_dated_in_the_future(store, clock):
    """Its data may be of before."""
    with store.writing("t") as work:
        erasure, _ = work.erase(GONE)
    assert store.changes("t", 0, 9, NOW + timedelta(days=1000)) == [(1, erasure)]


def test_erasing_again_gives_another_receipt_and_one_mark(store):
    """The newest."""
    with store.writing("t") as work:
        first, _ = work.erase(GONE)
    with store.writing("t") as work:
        second, count = work.erase(GONE)
    assert count == 0
    assert first.receipt_id != second.receipt_id
    ((number, told),) = followed(store)
    assert (number, told) == (2, second)


def test_an_answer_that_named_the_person_is_forgotten(store):
    """Others' answers are not."""
    fill(store)
    other = Once(request_id="other", method="M", digest=b"2")
    with store.writing("t", other) as work:
        work.answered(b"kept", ["bea"])
    with store.writing("t") as work:
        work.erase(GONE)
    with store.writing("t", Once(request_id=f"of {GONE}", method="M", digest=b"1")) as work:
        assert work.replayed is None
    with store.writing("t", other) as work:
        assert work.replayed == b"kept"


@pytest.mark.parametrize("among", [0, 800])
def test_no_file_of_sqlite_holds_the_erased(file_store, tmp_path, among):
    """Byte by byte, in the database and its log.

    Where pages of the file were split, bytes of former rows may stay in them until a purge.
    """
    fill(file_store, among=among)
    files = sorted(tmp_path.glob("learners.db*"))
    assert any(GONE.encode() in file.read_bytes() for file in files)
    once = Once(request_id=f"erase {GONE}", method="M", digest=b"2")
    with file_store.writing("t", once) as work:
        work.erase(GONE)
        work.answered(b"done")
    log = tmp_path / "learners.db-wal"
    assert log.stat().st_size == 0, "the log was not taken over"
    file_store.purge()
    for file in tmp_path.glob("learners.db*"):
        assert GONE.encode() not in file.read_bytes(), file.name


def test_a_reader_in_the_way_does_not_keep_the_erased_forever(file_store, tmp_path):
    """The erasure is done all the same; the bytes go with the next purge."""
    fill(file_store)
    other = LearnerStore.open(f"sqlite:///{tmp_path / 'learners.db'}")
    with other.contents("t") as contents:
        assert contents.position()
        with file_store.writing("t") as work:
            work.erase(GONE)
    file_store.purge()
    assert all(GONE.encode() not in file.read_bytes() for file in tmp_path.glob("learners.db*"))
    other.close()
