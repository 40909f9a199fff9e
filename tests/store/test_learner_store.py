"""What is written to a store is what is read from it, on every kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.domain.errors import RequestReusedError
from recommender.domain.learner import BlockKind, FeedbackAction, Learner
from recommender.domain.slate import Kind
from recommender.store import LearnerStore, Once
from tests.store.values import (
    FULL,
    NOW,
    activity,
    block,
    connection,
    feedback,
    followed,
    interaction,
)

ONCE = Once(request_id="r1", method="M", digest=b"12345678")


def put(store, value, tenant="t"):
    with store.writing(tenant) as work:
        return work.put_learner(value)


def test_a_learner_reads_back_as_she_was_written(store):
    """Every field, by both ways to read her, with her time and version."""
    kept = put(store, FULL)
    assert kept == replace(FULL, version=1, updated_at=NOW)
    assert store.learner("t", FULL.person_id) == kept
    with store.writing("t") as work:
        assert work.learner(FULL.person_id) == kept


def test_who_decided_nothing_is_nobody(store):
    """None, before and after others decided."""
    assert store.learner("t", "ada") is None
    put(store, Learner(person_id="bea"))
    assert store.learner("t", "ada") is None


def test_every_change_of_a_learner_has_the_next_version(store, clock):
    """And the time at which it was made."""
    for version in (1, 2, 3):
        clock.move(seconds=1)
        kept = put(store, Learner(person_id="ada", paused=version == 2))
        assert (kept.version, kept.updated_at) == (version, clock.now)
    assert not store.learner("t", "ada").paused


def test_ids_are_compared_byte_by_byte(store):
    """Letters that look the same are different people."""
    names = ["Zoe\u0308", "Zo\u00eb", "zo\u00eb", "zo\u00eb ", "%", "_"]
    for name in names:
        put(store, Learner(person_id=name))
    assert all(store.learner("t", name).version == 1 for name in names)


def test_a_transaction_that_fails_leaves_nothing(store):
    """Neither rows nor numbers."""
    put(store, Learner(person_id="ada"))

    def half(work):
        work.put_learner(Learner(person_id="bea"))
        work.add_events([activity(1)])
        raise KeyError

    with pytest.raises(KeyError), store.writing("t") as work:
        half(work)
    assert store.learner("t", "bea") is None
    assert store.position("t") == 1
    assert [number for number, _ in followed(store)] == [1]


def test_a_block_takes_the_place_of_the_one_before(store, clock):
    """There is one decision for a learner and a person, the newest."""
    with store.writing("t") as work:
        work.put_block(block())
    clock.move(seconds=1)
    with store.writing("t") as work:
        kept = work.put_block(block(kind=BlockKind.DISMISS, list_kind=Kind.REACTIVATION))
    assert kept.created_at == clock.now
    assert store.blocks("t", "ada", None, None, 10) == [(2, kept)]


def test_blocks_come_page_by_page_newest_first(store):
    """Each page goes on below the number of the last."""
    with store.writing("t") as work:
        for number in range(5):
            kind = BlockKind.MUTE if number % 2 else BlockKind.BLOCK
            work.put_block(block(contact=f"c{number}", kind=kind))
        work.put_block(block(person="bea", contact="ada"))
    found, before = [], None
    while page := store.blocks("t", "ada", None, before, 2):
        found += [each.contact_id for _, each in page]
        before = page[-1][0]
    assert found == ["c4", "c3", "c2", "c1", "c0"]
    mutes = store.blocks("t", "ada", BlockKind.MUTE, None, 10)
    assert [each.contact_id for _, each in mutes] == ["c3", "c1"]


def test_a_lapsed_block_is_not_there(store, clock):
    """It is not listed, cannot be lifted, and a purge tells readers."""
    with store.writing("t") as work:
        work.put_block(block(contact="bea", expires_at=NOW + timedelta(hours=1)))
        work.put_block(block(contact="cyd", expires_at=NOW + timedelta(hours=3)))
    clock.move(hours=2)
    listed = store.blocks("t", "ada", None, None, 10)
    assert [each.contact_id for _, each in listed] == ["cyd"]
    with store.writing("t") as work:
        assert work.block("ada", "bea") is None
    assert store.purge().blocks == 1
    ((number, lifted),) = followed(store, after=2)
    assert (number, lifted.person_id, lifted.contact_id) == (3, "ada", "bea")
    with store.writing("t") as work:
        assert not work.lift_block("ada", "bea")
        assert work.lift_block("ada", "cyd")
        assert not work.lift_block("ada", "cyd")


def test_events_read_back_as_they_were_written(store):
    """Each of its own kind, in the order of writing."""
    events = [activity(1), interaction(1), connection(1)]
    with store.writing("t") as work:
        assert work.add_events(events) == [True, True, True]
    assert followed(store) == [(1, events[0]), (2, events[1]), (3, events[2])]


def test_an_event_counts_once(store):
    """Within a batch, in the next, and in a large one; in another tenant it is another."""
    with store.writing("t") as work:
        assert work.add_events([activity(1), activity(2), activity(1)]) == [True, True, False]
    with store.writing("t") as work:
        many = [activity(number) for number in range(1200)]
        assert work.add_events(many).count(False) == 2
        assert work.add_events([]) == []
    with store.writing("u") as work:
        assert work.add_events([activity(1)]) == [True]
    assert len(followed(store)) == 1200


def test_feedback_counts_once_and_is_kept_whole(store):
    """With all that is needed to judge the answer later."""
    items = [feedback(1), feedback(2, propensity=None, rank=0, surface=""), feedback(1)]
    with store.writing("t") as work:
        assert work.add_feedback(items) == [True, True, False]
    with store.writing("t") as work:
        assert work.add_feedback(items) == [False, False, False]
    with store.contents("t") as contents:
        assert list(contents.feedback()) == items[:2]


def declined(number, **fields):
    return feedback(number, action=FeedbackAction.DECLINED, **fields)


def held(store):
    ((_, found),) = store.blocks("t", "ada", None, None, 10)
    return found.kind, found.list_kind


def test_who_is_declined_is_dismissed_from_that_list(store):
    """Declined on a second list, from all."""
    with store.writing("t") as work:
        work.add_feedback([declined(1, list_kind=Kind.REACTIVATION)])
    assert held(store) == (BlockKind.DISMISS, Kind.REACTIVATION)
    with store.writing("t") as work:
        work.add_feedback([declined(1, list_kind=Kind.PEOPLE)])  # the same event: nothing happens
        work.add_feedback([declined(2, list_kind=Kind.REACTIVATION)])
    assert held(store) == (BlockKind.DISMISS, Kind.REACTIVATION)
    with store.writing("t") as work:
        work.add_feedback([declined(3, list_kind=Kind.MAINTENANCE)])
    assert held(store) == (BlockKind.DISMISS, None)


@pytest.mark.parametrize("kind", [BlockKind.BLOCK, BlockKind.MUTE, BlockKind.DISMISS])
def test_declining_weakens_no_stronger_decision(store, kind):
    """A block stays a block."""
    with store.writing("t") as work:
        work.put_block(block(kind=kind))
        work.add_feedback([declined(1)])
    assert held(store) == (kind, None)


def test_who_was_shown_is_told_by_asker_and_by_list(store):
    """The last time for each contact, since a time, and how many different people saw her."""
    later = NOW + timedelta(days=1)
    with store.writing("t") as work:
        work.add_feedback(
            [
                feedback(1),
                feedback(2, occurred_at=later),
                feedback(3, contact="cyd", occurred_at=NOW - timedelta(days=9)),
                feedback(4, contact="dee", list_kind=Kind.REACTIVATION),
                feedback(5, contact="eve", action=FeedbackAction.OPENED),
                feedback(6, person="fay"),
            ]
        )
    assert store.last_shown("t", "ada", Kind.PEOPLE, NOW) == {"bea": later}
    assert store.last_shown("u", "ada", Kind.PEOPLE, NOW) == {}
    counts = store.shown_counts("t", ["bea", "cyd", "dee", "eve"], NOW)
    assert counts == {"bea": 2, "dee": 1}
    assert store.shown_counts("t", [f"x{n}" for n in range(1200)] + ["bea"], later) == {"bea": 1}
    assert store.shown_counts("t", [], NOW) == {}


def test_a_request_is_done_once(store):
    """Its repetition gets the first answer and must write nothing."""
    with store.writing("t", ONCE) as work:
        assert work.replayed is None
        work.put_learner(Learner(person_id="ada"))
        work.answered(b"\0first", ["ada"])
    with store.writing("t", ONCE) as work:
        assert work.replayed == b"\0first"
        with pytest.raises(RuntimeError):
            work.add_events([activity(1)])
    with store.writing("u", ONCE) as work:
        assert work.replayed is None
    assert store.position("t") == 1


def test_a_request_that_comes_many_times_at_once_is_done_once(store):
    """All get the same answer."""

    def ask(number):
        with store.writing("t", ONCE) as work:
            if work.replayed is None:
                work.put_learner(Learner(person_id="ada"))
                work.answered(b"%d" % number)
                return b"%d" % number
            return work.replayed

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(24)))) == 1
    assert store.learner("t", "ada").version == 1


@pytest.mark.parametrize("other", [{"digest": b"other"}, {"method": "N"}])
def test_another_request_of_the_same_name_is_refused(store, other):
    """Nothing is written by it."""
    with store.writing("t", ONCE) as work:
        work.answered(b"first")
    with pytest.raises(RequestReusedError, match="r1"), store.writing("t", replace(ONCE, **other)):
        raise AssertionError("the transaction was begun")


def test_a_request_is_remembered_for_a_day_and_then_purged(store, clock):
    """Not a moment less."""
    with store.writing("t", ONCE) as work:
        work.answered(b"first")
    clock.move(hours=24)
    assert store.purge().requests == 0
    with store.writing("t", ONCE) as work:
        assert work.replayed == b"first"
    clock.move(hours=1)
    assert store.purge().requests == 1
    with store.writing("t", ONCE) as work:
        assert work.replayed is None


def test_a_request_that_failed_may_be_made_again(store):
    """Its name is free."""

    def half(work):
        work.answered(b"first")
        raise KeyError

    with pytest.raises(KeyError), store.writing("t", ONCE) as work:
        half(work)
    with store.writing("t", ONCE) as work:
        assert work.replayed is None


def test_a_tenant_has_a_key_of_its_own_everywhere(store, url):
    """The same for every server, another for every tenant."""
    with_other = LearnerStore.open(url)
    assert store.key("t") == with_other.key("t") == store.key("t")
    assert len(store.key("t")) == 32
    assert with_other.key("u") != store.key("t")
    assert store.tenants() == ["t", "u"]
    with_other.close()


def test_tenants_see_nothing_of_each_other(store):
    """The same ids mean other people."""
    with store.writing("t") as work:
        work.put_learner(Learner(person_id="ada"))
        work.put_block(block())
        work.add_events([activity(1)])
    assert store.position("u") == 0
    assert store.learner("u", "ada") is None
    assert store.blocks("u", "ada", None, None, 10) == []
    assert followed(store, "u") == []
    with store.writing("u") as work:
        assert work.count("ada") == 0
        assert not work.lift_block("ada", "bea")
        work.erase("ada")
    assert store.learner("t", "ada") is not None
    with store.writing("t") as work:
        assert work.erased(["ada"]) == set()
