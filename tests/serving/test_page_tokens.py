"""Tokens of pages: good for a day, for their request, their tenant and their model alone."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from types import SimpleNamespace

import grpc
import pytest

from recommender.domain.errors import InvalidArgumentError
from recommender.serving import tokens
from recommender.serving.access import DEFAULT
from recommender.serving.tokens import LASTS_HOURS, PageToken
from recommender.v1.learner_service_pb2 import (
    BLOCK_KIND_MUTE,
    Block,
    CreateBlockRequest,
    GetLearnerRequest,
    ListBlocksRequest,
)
from recommender.v1.learner_service_pb2_grpc import LearnerServiceStub
from recommender.v1.recommendation_service_pb2 import RankPeopleRequest, RecommendPeopleRequest
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from tests.serving.fakes import CONFIG, INFO, PEOPLE, FakeRecommender, refused, start, tenant_of
from tests.serving.stored import KEY

OTHER = b"o" * 32
"""The secret of another tenant."""


@pytest.fixture
def lists(alone):
    return RecommendationServiceStub(alone.channel)


@pytest.fixture
def calls(alone, lists):
    """Every kind of call with pages: the method, and a request with a token or without."""
    learners = LearnerServiceStub(alone.channel)
    for contact in PEOPLE[1:4]:
        block = Block(person_id="p000", contact_id=contact, kind=BLOCK_KIND_MUTE)
        learners.CreateBlock(CreateBlockRequest(block=block))
    return {
        "people": (
            lists.RecommendPeople,
            lambda **page: RecommendPeopleRequest(person_id="p000", **page),
        ),
        "ranked": (
            lists.RankPeople,
            lambda **page: RankPeopleRequest(person_id="p000", candidate_person_ids=PEOPLE, **page),
        ),
        "blocks": (
            learners.ListBlocks,
            lambda **page: ListBlocksRequest(person_id="p000", **page),
        ),
    }


NAMES = ["people", "ranked", "blocks"]


@pytest.fixture(params=NAMES)
def call(request, calls):
    return calls[request.param]


def later(monkeypatch, hours):
    """Have it be so many hours later, for tokens."""
    now = time.time() + 3600 * hours
    monkeypatch.setattr(tokens, "time", SimpleNamespace(time=lambda: now))


def read(token, key=KEY):
    return PageToken.decode(token, key)


def names(refusal):
    return refusal.code.name, refusal.fields


REFUSED = ("INVALID_ARGUMENT", ["page_token"])


def test_a_token_is_good_for_a_day_and_then_refused(call, monkeypatch):
    """And says what to do."""
    method, ask = call
    token = method(ask(page_size=1)).next_page_token
    later(monkeypatch, LASTS_HOURS)
    assert method(ask(page_size=1, page_token=token))
    later(monkeypatch, LASTS_HOURS + 1)
    found = refused(method, ask(page_size=1, page_token=token))
    assert names(found) == REFUSED
    assert "24 hours; start again" in found.message


def test_a_token_of_another_tenant_is_refused(call):
    """However well it is made: it is signed with that tenant's secret."""
    method, ask = call
    token = read(method(ask(page_size=1)).next_page_token)
    assert method(ask(page_size=1, page_token=token.encode(KEY)))
    for key in (OTHER, b""):
        forged = token.encode(key)
        assert names(refused(method, ask(page_size=1, page_token=forged))) == REFUSED


def test_a_token_of_one_call_fits_no_other(calls):
    """Though model and person are the same."""
    made = {name: method(ask(page_size=1)).next_page_token for name, (method, ask) in calls.items()}
    for name, (method, ask) in calls.items():
        for other in set(made) - {name}:
            assert names(refused(method, ask(page_token=made[other]))) == REFUSED


@pytest.mark.parametrize("place", [0, 10, 20, 30, -1])
def test_every_letter_of_a_token_counts(call, place):
    """Another one anywhere is refused."""
    method, ask = call
    letters = list(method(ask(page_size=1)).next_page_token)
    letters[place] = "A" if letters[place] != "A" else "B"
    assert names(refused(method, ask(page_size=1, page_token="".join(letters)))) == REFUSED


def test_an_attribution_token_is_no_page_token(lists):
    """It is signed for another purpose."""
    answer = lists.RecommendPeople(RecommendPeopleRequest(person_id="p000")).answer
    request = RecommendPeopleRequest(person_id="p000", page_token=answer.attribution_token)
    assert names(refused(lists.RecommendPeople, request)) == REFUSED


def test_no_token_holds_a_name(calls):
    """Neither of the asker nor of anybody on the list; nor a key."""
    for method, ask in calls.values():
        token = method(ask(page_size=1)).next_page_token
        content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[16:]
        assert "p00" not in str(json.loads(content))
        assert KEY not in content


def test_no_token_lets_a_person_be_found_by_guesses(alone, calls, lists, monkeypatch):
    """What stands for somebody in a token differs between tenants, and nobody else can make it."""
    person, learners = RecommendPeopleRequest(person_id="p000"), LearnerServiceStub(alone.channel)

    def told():
        """Fingerprints in tokens and etags, all of the same person."""
        texts = [method(ask(page_size=1)).next_page_token for method, ask in calls.values()]
        texts.append(lists.RecommendPeople(person).answer.attribution_token)
        raw = [base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in texts]
        contents = [json.loads(each[16:]) for each in raw]
        found = {content.get("request", content.get("person")) for content in contents}
        return found | {learners.GetLearner(GetLearnerRequest(person_id="p000")).etag}

    before = told()
    monkeypatch.setitem(alone.store._keys, DEFAULT, OTHER)
    assert len(before) == len(calls) + 2
    assert not before & told()


@pytest.mark.parametrize(
    "change",
    [
        {"offset": 0},
        {"offset": -5},
        {"offset": 2.5},
        {"offset": True},
        {"offset": "7"},
        {"offset": None},
        {"lot": "x"},
        {"lot": -1},
        {"lot": None},
        {"hour": None},
        {"hour": "now"},
        {"hour": -1},
        {"more": 1},
    ],
    ids=str,
)
def test_a_token_of_odd_content_is_none_however_it_is_signed(change):
    """On a server without a store there is no secret, and anybody can sign."""
    value = {"model": "m", "request": "r", "offset": 20, "lot": 0, "hour": 10**6, **change}
    text = tokens._encode("page", value, b"")
    with pytest.raises(InvalidArgumentError, match="page_token: not made for this request"):
        PageToken.decode(text)


def test_a_token_is_pinned_to_its_model(models):
    """Once another answers, it says so, and which; a list begun anew is of that one alone."""
    tenant = tenant_of(FakeRecommender(), models)
    running = start(tenant, CONFIG)
    try:
        with grpc.insecure_channel(str(running.address)) as channel:
            method = RecommendationServiceStub(channel).RecommendPeople
            token = method(RecommendPeopleRequest(person_id="p000")).next_page_token
            other = replace(INFO, name="20240801T000000-00000003")
            tenant.in_force = replace(tenant.in_force, recommender=FakeRecommender(info=other))
            request = RecommendPeopleRequest(person_id="p000", page_token=token)
            found = refused(method, request)
            assert (found.code.name, found.reason) == ("FAILED_PRECONDITION", "MODEL_CHANGED")
            assert found.metadata["now"] == f"models/{other.name}"
            assert found.metadata["before"] == f"models/{INFO.name}"
            page = method(RecommendPeopleRequest(person_id="p000"))
            assert page.answer.model == f"models/{other.name}"
            request = RecommendPeopleRequest(person_id="p000", page_token=page.next_page_token)
            assert method(request).recommendations[0].rank == 21
    finally:
        running.stop()
