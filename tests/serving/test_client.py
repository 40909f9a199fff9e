"""Our client and our server together: lists in pages, refusals, and servers that stop."""

from __future__ import annotations

import threading
from dataclasses import replace

import grpc
import pytest

from recommender.client import CallError, Client
from recommender.serving.access import DEFAULT
from recommender.v1.learner_service_pb2 import Learner
from recommender.v1.steering_pb2 import STAGE_EXPLORE, Dials, Scope, Steering
from tests.serving.fakes import CONFIG, INFO, PEOPLE, FakeRecommender, start, tenant_of


@pytest.fixture
def caller(running):
    with Client(str(running.address)) as found:
        yield found


def test_a_list_is_read_to_its_end_over_all_pages(caller):
    """In the order of its ranks, with nobody twice."""
    results = caller.people("p000")
    assert results.answer is None
    found = list(results)
    assert [one.rank for one in found] == list(range(1, 201))
    assert [one.person_id for one in found] == PEOPLE[1:201]
    assert results.answer.model == f"models/{INFO.name}"


@pytest.mark.parametrize("limit", [0, 1, 30, 130, 500])
def test_a_list_may_be_limited(caller, recommender, limit):
    """And then no more pages are asked for than that takes."""
    recommender.queries.clear()
    assert len(list(caller.people("p000", limit=limit))) == min(limit, 200)
    assert len(recommender.queries) == -(-min(limit, 200) // 100)


def test_what_steers_a_list_goes_along_with_every_page(caller, recommender):
    """Dials, and people left out."""
    recommender.queries.clear()
    steering = Steering(dials=Dials(diversity=1))
    scope = Scope(exclude_person_ids=["p001"])
    found = list(caller.people("p000", limit=150, steering=steering, scope=scope))
    assert found[0].person_id == "p002"
    assert [query.dials.shares() for query in recommender.queries] == [(0, 0, 1)] * 2


def test_ties_come_with_their_lists(caller):
    """Of both lists that are about ties, and in the network."""
    [first] = caller.reactivations("p000", limit=1)
    [second] = caller.maintenance("p000", limit=1)
    assert first.tie.contact_id == second.tie.contact_id == "p001"
    assert caller.network("p000").layers


def test_models_are_listed_and_told(running):
    """For those who run the server, on the listener that is theirs, by whose health it goes."""
    with Client(str(running.admin_address)) as caller:
        names = [model.name for model in caller.models()]
        assert names[0] == f"models/{INFO.name}"
        assert caller.model(names[0]).person_count == INFO.person_count


def test_what_learners_decide_is_kept_listed_and_taken_back(alone):
    """Over all pages, the newest first; and said again with its own id, it is not done twice."""
    others = PEOPLE[1:31]
    with Client(alone.address) as client:
        for other in others:
            client.block("p000", other, request_id=f"block {other}")
        before = alone.store.position(DEFAULT)
        client.block("p000", others[0], request_id=f"block {others[0]}")
        assert alone.store.position(DEFAULT) == before
        assert [one.contact_id for one in client.blocks("p000")] == others[::-1]
        client.unblock("p000", others[-1])
        assert next(client.blocks("p000")).contact_id == others[-2]
        with pytest.raises(CallError) as caught:
            client.unblock("p000", others[-1])
        assert caught.value.reason == "BLOCK_NOT_FOUND"
        with pytest.raises(CallError) as caught:
            client.block("p000", others[1], request_id=f"block {others[0]}")
        assert caught.value.reason == "REQUEST_ID_REUSED"


def test_a_learner_is_read_changed_and_erased(alone):
    """With what was named and nothing else changed."""
    with Client(alone.address) as client:
        client.update_learner(Learner(person_id="p009", dials=Dials(diversity=1)))
        client.update_learner(Learner(person_id="p009", stage=STAGE_EXPLORE), ["stage"])
        found = client.learner("p009")
        assert (found.dials.diversity, found.stage) == (1, STAGE_EXPLORE)
        assert not client.erase("p009", validate_only=True).receipt_id
        assert client.erase("p009").receipt_id
        assert not client.learner("p009").HasField("dials")


def test_a_refusal_says_what_the_service_says(caller):
    """Code, reason, field and metadata, from its details."""
    with pytest.raises(CallError) as unknown:
        next(caller.people("nobody"))
    error = unknown.value
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "PERSON_NOT_FOUND")
    assert error.metadata == {"person_id": "nobody"}
    with pytest.raises(CallError, match=r"INVALID_ARGUMENT \(INVALID_ARGUMENT\): person_id") as bad:
        caller.network("")
    assert (bad.value.field, bad.value.retry_after) == ("person_id", None)


def test_a_model_that_changes_in_the_midst_of_a_list_ends_it(models):
    """With the reason that says to begin anew; which then works."""
    tenant = tenant_of(FakeRecommender(), models)
    server = start(tenant, replace(CONFIG, reload="manual"))
    with Client(str(server.address)) as client:
        results = client.people("p000")
        next(results)
        other = FakeRecommender(replace(INFO, name="20240801T000000-00000003"))
        tenant.in_force = replace(tenant.in_force, recommender=other)
        with pytest.raises(CallError) as caught:
            list(results)
        assert caught.value.reason == "MODEL_CHANGED"
        assert len(list(client.people("p000"))) == 200
    stop(server)


def stop(server):
    server.calls.stop(10).wait()
    server.end()


def test_a_server_that_stops_as_it_should_loses_no_call(models):
    """Two servers in turn are drained and replaced under load: every call is answered."""
    config = replace(CONFIG, threads=2)
    recommenders = [FakeRecommender(), FakeRecommender()]
    servers = [start(tenant_of(each, models), config) for each in recommenders]
    answered, failed, over = [], [], threading.Event()

    def keep_calling(client):
        while not over.is_set():
            try:
                answered.append(client.people("p000", limit=1).__next__().person_id)
            except CallError as error:
                failed.append(error)

    with Client([str(server.address) for server in servers]) as client:
        threads = [threading.Thread(target=keep_calling, args=(client,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for place in (0, 1):
            wait_for_calls(recommenders, place)
            servers[place].turn_away()
            wait_for_none(recommenders, place)
            stop(servers[place])
            again = replace(config, listen=str(servers[place].address))
            servers[place] = start(tenant_of(recommenders[place], models), again)
        over.set()
        for thread in threads:
            thread.join()
    for server in servers:
        stop(server)
    assert failed == []
    assert len(answered) > 100


def wait_for_calls(recommenders, place):
    """Until this server has calls, and the other, too."""
    before = [len(each.queries) for each in recommenders]
    while not all(
        len(each.queries) > count for each, count in zip(recommenders, before, strict=True)
    ):
        threading.Event().wait(0.005)


def wait_for_none(recommenders, place):
    """Until so many calls went elsewhere that none can be on its way to this server any more."""
    here, other = recommenders[place], recommenders[1 - place]
    before, elsewhere = -1, 0
    while before != len(here.queries) or len(other.queries) < elsewhere + 50:
        if before != len(here.queries):
            before, elsewhere = len(here.queries), len(other.queries)
        threading.Event().wait(0.005)
