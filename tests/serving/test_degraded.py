"""Answers that are poorer than they could be say so, and why; the people in them are safe."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.domain.config import Dials
from recommender.domain.errors import StoreUnavailableError
from recommender.domain.ids import Row
from recommender.domain.slate import Goal as ToLearn
from recommender.domain.slate import Kind, Query
from recommender.serving import lists as serving_lists
from recommender.serving.context import CallContext
from recommender.serving.lists import Rules
from recommender.serving.recommendation_service import RecommendationService
from recommender.v1 import learner_service_pb2 as learners
from recommender.v1 import recommendation_pb2 as pb
from recommender.v1 import recommendation_service_pb2 as services
from recommender.v1.steering_pb2 import GOAL_DIRECTION_LEARN, Goal, Rotation, Steering
from tests.databases import database
from tests.serving.fakes import FakeRecommender, refused, tenant_of
from tests.serving.real import real
from tests.serving.waiting import until

COLD, STALE, SILENT, LATE, FULL = (
    pb.DEGRADED_REASON_COLD_START,
    pb.DEGRADED_REASON_STALE_MODEL,
    pb.DEGRADED_REASON_STORE_UNAVAILABLE,
    pb.DEGRADED_REASON_DEADLINE,
    pb.DEGRADED_REASON_OVERLOAD,
)


@pytest.fixture
def recommender():
    return FakeRecommender()


@pytest.fixture
def ask(recommender, models):
    """RecommendPeople without a socket: the call as the server makes it, with what it knows."""

    def answered(person_id="p000", rules=None, **call):
        tenant = tenant_of(recommender, models)
        context = CallContext(tenant=tenant, in_force=tenant.in_force, request_id="", **call)
        request = services.RecommendPeopleRequest(person_id=person_id)
        content = RecommendationService(rules).RecommendPeople(request, context)
        reply = services.RecommendPeopleResponse.FromString(content)
        assert reply.answer.degraded == bool(reply.answer.degraded_reasons)
        told = {pb.DegradedReason.Name(each) for each in reply.answer.degraded_reasons}
        counted = {name for figure, name in context.counts if figure == "degraded"}
        assert {f"DEGRADED_REASON_{name}" for name in counted} == told
        return list(reply.answer.degraded_reasons)

    return answered


def test_an_answer_is_whole_where_nothing_is_missing(ask, recommender):
    """And the model is asked for all it can do."""
    assert ask() == []
    assert not recommender.queries[-1].prepared


def test_a_newcomer_is_answered_from_little(ask, recommender):
    """She came after the model was trained."""
    recommender.newcomers.add("p000")
    assert ask() == [COLD]
    assert ask("p001") == []


def test_a_model_is_old_from_the_age_that_the_operator_says(ask):
    """None where he says nothing."""
    assert ask(rules=Rules(stale_after=timedelta(days=1))) == [STALE]
    assert ask(rules=Rules(stale_after=timedelta(days=36_500))) == []


def test_a_call_with_hardly_any_time_gets_the_prepared_list(ask, recommender, monkeypatch):
    """Which costs least; one with time does not."""
    over = time.monotonic() + 3600
    assert ask(deadline=over) == []
    monkeypatch.setattr(serving_lists, "SHORT_SECONDS", 7200)  # an hour is then hardly any time
    assert ask(deadline=over) == [LATE]
    assert recommender.queries[-1].prepared


def test_a_server_near_its_limit_gives_the_prepared_list(ask, recommender):
    """And draws no places by lot: they would be told a chance that they did not have."""
    assert ask(pressed=True, rules=Rules(drawn_share=1)) == [FULL]
    assert recommender.queries[-1].prepared
    assert recommender.queries[-1].drawing is None
    assert ask(rules=Rules(drawn_share=1)) == []
    assert recommender.queries[-1].drawing.share == 1


def test_all_reasons_are_told_each_once(ask, recommender):
    """In the order of what they are about: the person, the model, the server."""
    recommender.newcomers.add("p000")
    assert ask(pressed=True, rules=Rules(stale_after=timedelta(0))) == [COLD, STALE, FULL]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_prepared_list_bars_the_same_people(pipeline, kind):
    """It is what training ordered, after the one filter: nobody else, by no other way."""
    for asker in range(0, 400, 40):
        whole = Query(askers=[asker], kind=kind, limit=1000)
        [wide], [cheap] = pipeline.answer(whole), pipeline.answer(replace(whole, prepared=True))
        assert {one.person_id for one in cheap} == {one.person_id for one in wide}
        scores = [one.score for one in cheap]
        assert scores == sorted(scores, reverse=True)
        first = frozenset(pipeline.row(one.person_id) for one in cheap[:3])
        [without] = pipeline.answer(replace(whole, prepared=True, excluded=first))
        assert [one.person_id for one in without] == [one.person_id for one in cheap[3:]]


def test_a_prepared_list_takes_no_dials_and_no_goals(pipeline):
    """That is what makes it cheap, and why it is marked."""
    plain = Query(askers=[0], prepared=True)
    steered = Query(askers=[0], prepared=True, dials=Dials(diversity=1), goals=(ToLearn(Row(1)),))
    assert pipeline.answer(plain) == pipeline.answer(steered)


# -- a store that falls silent --------------------------------------------------------------------


def fall_silent(*_arguments, **_keywords):
    raise StoreUnavailableError("the database is gone")


@pytest.fixture
def silenced(trained, tmp_path, monkeypatch):
    """A server whose store falls silent after somebody blocked and dismissed others."""
    with database("sqlite", tmp_path) as url, real(trained, url) as found:
        request = services.RecommendPeopleRequest(person_id="p00010")
        found.before = found.lists.RecommendPeople(request)
        found.names = [item.person_id for item in found.before.recommendations]
        kinds = (learners.BLOCK_KIND_BLOCK, learners.BLOCK_KIND_DISMISS)
        for contact, kind in zip(found.names, kinds, strict=False):
            block = learners.Block(person_id="p00010", contact_id=contact, kind=kind)
            found.learners.CreateBlock(learners.CreateBlockRequest(block=block))
        found.settle()
        for name in ("reading", "writing"):
            monkeypatch.setattr(found.store._database, name, fall_silent)
        monkeypatch.setattr(serving_lists, "LATE_SECONDS", 0.5)
        yield found
        monkeypatch.undo()


def test_lists_go_on_while_the_store_is_silent(silenced):
    """Marked, and with all that it had said: who is blocked stays so."""
    request = services.RecommendPeopleRequest(person_id="p00010")
    until(lambda: silenced.lists.RecommendPeople(request).answer.degraded)
    after = silenced.lists.RecommendPeople(request)
    assert list(after.answer.degraded_reasons) == [SILENT]
    names = {item.person_id for item in after.recommendations}
    assert not names & set(silenced.names[:2])
    assert set(silenced.names[2:]) <= names
    request = services.RecommendPeopleRequest(person_id="p00010", rotation=Rotation(rate=1))
    assert list(silenced.lists.RecommendPeople(request).answer.degraded_reasons) == [SILENT]
    pair = services.ExplainPairRequest(person_id="p00010", contact_id=silenced.names[0])
    assert list(silenced.lists.ExplainPair(pair).filter_reasons) == [services.FILTER_REASON_BLOCKED]


def test_pages_go_on_while_the_store_is_silent(silenced):
    """Their tokens need its secret, which was read when the model was opened."""
    request = services.RecommendPeopleRequest(person_id="p00011", page_size=5)
    page = silenced.lists.RecommendPeople(request)
    request.page_token = page.next_page_token
    assert silenced.lists.RecommendPeople(request).recommendations[0].rank == 6


def test_writes_are_refused_while_the_store_is_silent(silenced):
    """UNAVAILABLE: to be tried again; and nothing was done."""
    learner = learners.Learner(person_id="p00010", recommendations_paused=True)
    request = learners.UpdateLearnerRequest(learner=learner)
    found = refused(silenced.learners.UpdateLearner, request)
    assert (found.code.name, found.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
    assert "database is gone" not in found.raw


def test_the_first_answer_needs_no_store(trained, tmp_path, monkeypatch):
    """One that falls silent right after the model was opened stops no lists."""
    with database("sqlite", tmp_path) as url, real(trained, url) as found:
        for name in ("reading", "writing"):
            monkeypatch.setattr(found.store._database, name, fall_silent)
        goal = Goal(topic_id="accessibility", direction=GOAL_DIRECTION_LEARN)
        request = services.RecommendPeopleRequest(
            person_id="p00012", steering=Steering(goals=[goal])
        )
        assert found.lists.RecommendPeople(request).recommendations
        stream = services.StreamRecommendationsRequest(person_ids=["p00012"])
        [message] = found.lists.StreamRecommendations(stream)
        assert message.status == services.STREAM_STATUS_OK
        monkeypatch.undo()
