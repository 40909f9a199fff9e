"""What a learner store says counts in the answers of a model that was trained before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import structlog

from recommender.domain.errors import PersonNotFoundError, StoreUnavailableError
from recommender.domain.ids import PersonId
from recommender.domain.learner import Block, BlockKind, Learner
from recommender.domain.versions import resolve
from recommender.pipeline import Pipeline
from recommender.serving import following
from recommender.serving.access import DEFAULT
from recommender.serving.following import Following
from recommender.serving.hosting import open_model
from recommender.store import LearnerStore
from recommender.store.learner_store import utc_now
from tests.databases import database
from tests.serving.fakes import FakeRecommender
from tests.serving.waiting import until

SINCE = datetime(2024, 7, 1)


@pytest.fixture
def store(tmp_path):
    with database("sqlite", tmp_path) as url:
        found = LearnerStore.open(url)
        yield found
        found.close()


@pytest.fixture
def follow(store):
    """Starts to follow the store; ends it after the test."""
    started = []

    def begin(followed, wait=following.FIRST_SECONDS):
        started.append(Following(store, DEFAULT, followed, SINCE))
        return started[-1].start(wait)

    yield begin
    for each in started:
        each.close()
        each._thread.join()


def test_who_was_erased_stays_so_while_an_old_model_is_served(trained, tmp_path):
    """However long ago it was, and after purges and a restart; she may write again by then."""
    past = timedelta(0)
    store = LearnerStore.open(
        f"sqlite:///{tmp_path / 'learners.db'}", clock=lambda: utc_now() + past
    )
    who = Pipeline.open(resolve(trained)).model.person_ids[5]
    with store.writing(DEFAULT) as work:
        work.erase(who)
    past = timedelta(days=400)
    store.purge()
    with store.writing(DEFAULT) as work:
        assert not work.erased([who])
        work.put_learner(Learner(person_id=who))
    in_force = open_model(store, DEFAULT, resolve(trained))
    try:
        with pytest.raises(PersonNotFoundError):
            in_force.recommender.row(who)
    finally:
        in_force.live.close()
        store.close()


def mute(store, contact):
    with store.writing(DEFAULT) as work:
        work.put_block(
            Block(person_id=PersonId("p000"), contact_id=PersonId(contact), kind=BlockKind.MUTE)
        )


def muted(followed):
    return [change.contact_id for change in followed.changes]


def test_all_that_the_store_has_counts_before_the_first_answer(store, follow, monkeypatch):
    """In its order, however many are read at a time."""
    monkeypatch.setattr(following, "AT_ONCE", 3)
    people = [f"p{number:03}" for number in range(1, 11)]
    for contact in people:
        mute(store, contact)
    followed = FakeRecommender()
    found = follow(followed)
    assert muted(followed) == people
    assert found.ready
    assert found.position == store.position(DEFAULT)


def test_what_comes_later_counts_once(store, follow):
    """In the order in which it was written."""
    followed = FakeRecommender()
    found = follow(followed)
    for contact in ("p001", "p002", "p003"):
        mute(store, contact)
    until(lambda: found.position >= store.position(DEFAULT))
    assert muted(followed) == ["p001", "p002", "p003"]


def test_a_store_that_cannot_be_read_at_first_keeps_a_model_from_answering(
    store, follow, monkeypatch
):
    """Since it would show people who are blocked."""
    monkeypatch.setattr(store, "position", fall_silent)
    with pytest.raises(StoreUnavailableError, match=r"could not be read in 0\.3 seconds"):
        follow(FakeRecommender(), wait=0.3)


def fall_silent(*_arguments):
    raise StoreUnavailableError("the database is gone")


def test_a_store_that_falls_silent_is_told_once_and_waited_for(store, follow, monkeypatch):
    """What it said before still counts, and what it says afterwards does again."""
    followed = FakeRecommender()
    with structlog.testing.capture_logs() as told:
        found = follow(followed)
        mute(store, "p001")
        until(lambda: muted(followed) == ["p001"])
        monkeypatch.setattr(store, "position", fall_silent)
        until(lambda: told)
        before = found.lag_seconds
        until(lambda: found.lag_seconds > before + 3 * following.PERIOD_SECONDS)
        assert [each["event"] for each in told] == ["store unavailable"]
        monkeypatch.undo()
        mute(store, "p002")
        until(lambda: muted(followed) == ["p001", "p002"])
        until(lambda: len(told) == 2)
    assert told[1]["event"] == "store answers again"
    assert found.ready


def test_an_older_state_of_the_store_is_no_news(store, follow, monkeypatch):
    """A database that was set back cannot say what it took back: nothing more counts."""
    mute(store, "p001")
    followed = FakeRecommender()
    with structlog.testing.capture_logs() as told:
        found = follow(followed)
        monkeypatch.setattr(store, "position", lambda _tenant: 0)
        until(lambda: told)
    assert found.position > 0
    assert muted(followed) == ["p001"]


def test_who_wants_to_be_on_few_lists_is_counted(store, follow):
    """Every time the store is asked, for those alone."""
    asked = []

    class Limited(FakeRecommender):
        def limited(self):
            return [PersonId("p007")]

        def shown(self, counts):
            asked.append(dict(counts))

    follow(Limited())
    until(lambda: asked)
    assert asked[0].get(PersonId("p007"), 0) == 0


def test_a_decision_that_lapses_counts_no_longer(store, follow):
    """The time goes on though nothing is written: the model is told it each time."""
    times = []

    class Timed(FakeRecommender):
        def apply(self, changes, now):
            times.append(now)
            return super().apply(changes, now)

    with store.writing(DEFAULT) as work:
        work.put_learner(Learner(person_id=PersonId("p001"), paused=True))
    follow(Timed())
    until(lambda: len(times) > 3)
    assert times == sorted(times)
    assert times[-1] - times[0] < timedelta(hours=1)
    assert times[0].tzinfo is None
