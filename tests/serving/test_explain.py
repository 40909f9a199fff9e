"""ExplainPair over a real socket: why somebody is on a list, or what keeps her off it."""

from __future__ import annotations

import pytest
from google.protobuf.duration_pb2 import Duration

from recommender.domain.ids import Row
from recommender.domain.slate import Kind
from recommender.v1 import learner_service_pb2 as learners
from recommender.v1 import recommendation_pb2 as lists
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.steering_pb2 import Context, Dials, Scope, Steering
from tests.serving.fakes import PEOPLE

NEW, PAST, FADING = (
    lists.LIST_KIND_PEOPLE,
    lists.LIST_KIND_REACTIVATION,
    lists.LIST_KIND_MAINTENANCE,
)


def reasons(reply):
    """What keeps a person off, in short; there is either this or a recommendation."""
    assert reply.HasField("recommendation") != bool(reply.filter_reasons)
    names = [pb.FilterReason.Name(each) for each in reply.filter_reasons]
    return [name.removeprefix("FILTER_REASON_") for name in names]


@pytest.fixture
def explain(client):
    """ExplainPair of the fake recommender for p000."""
    return lambda contact_id, **fields: client.recommendations.ExplainPair(
        pb.ExplainPairRequest(person_id="p000", contact_id=contact_id, **fields)
    )


def test_a_name_comes_as_it_stands_on_the_list(explain, client):
    """With its rank there, to the last of 200."""
    for contact_id in ("p001", "p057", "p200"):
        found = explain(contact_id)
        assert reasons(found) == []
        assert found.recommendation.rank == PEOPLE.index(contact_id)
        assert found.recommendation.person_id == contact_id
    assert reasons(explain("p201")) == ["NOT_A_CANDIDATE"]
    single = client.recommendations.RecommendPeople(pb.RecommendPeopleRequest(person_id="p000"))
    assert explain("p001").answer == single.answer


def test_the_right_list_is_asked_as_the_call_says(explain, recommender):
    """Kind, dials and silence; always with how the scores came about."""
    silence = Duration(seconds=86_400 * 45)
    steering = Steering(dials=Dials(diversity=1))
    explain("p001", kind=PAST, min_silence_duration=silence, steering=steering)
    query = recommender.queries[-1]
    assert (query.kind, query.min_silence_days, query.explain) == (Kind.REACTIVATION, 45, True)
    assert query.dials.shares() == (0, 0, 1)
    explain("p001")
    assert recommender.queries[-1].kind is Kind.PEOPLE


def test_all_that_the_call_leaves_out_is_said(explain):
    """Every part of the scope that keeps somebody off, in the order of the contract's list."""
    scope = Scope(
        exclude_person_ids=["p001"],
        filter="level >= 0",  # of the fake: even numbers
        context=Context(event_object_id="o1"),  # of the fake: every third
    )
    assert reasons(explain("p001", scope=scope)) == ["EXCLUDED", "FILTER", "CONTEXT"]
    assert reasons(explain("p006", scope=scope)) == []
    assert reasons(explain("p000")) == ["SELF"]
    assert reasons(explain("nobody", scope=scope)) == ["UNAVAILABLE"]


# -- over a real model and store ------------------------------------------------------------------


@pytest.fixture
def known(pipeline):
    """Everybody's ids, by row."""
    table = pipeline.model.person_ids
    return [table[row] for row in range(len(table))]


def explained(community, asker, contact_id, **fields):
    request = pb.ExplainPairRequest(person_id=asker, contact_id=contact_id, **fields)
    return community.lists.ExplainPair(request)


def listed(community, asker, kind=NEW, **fields):
    """The whole list of somebody."""
    method, request_type = {
        NEW: (community.lists.RecommendPeople, pb.RecommendPeopleRequest),
        PAST: (community.lists.RecommendReactivations, pb.RecommendReactivationsRequest),
        FADING: (community.lists.RecommendMaintenance, pb.RecommendMaintenanceRequest),
    }[kind]
    found, token = [], ""
    while True:
        request = request_type(person_id=asker, page_size=100, page_token=token, **fields)
        page = method(request)
        found += page.recommendations
        token = page.next_page_token
        if not token:
            return found


@pytest.mark.parametrize("kind", [NEW, PAST, FADING])
def test_the_explanation_is_of_the_very_name_and_adds_up(community, known, kind):
    """The same recommendation as on the list; relevance and steering are its score."""
    steering = Steering(dials=Dials(like_mindedness=1, diversity=2))
    whole = listed(community, known[0], kind, explain=True, steering=steering)
    for item in [*whole[:3], *whole[-2:]]:
        found = explained(community, known[0], item.person_id, kind=kind, steering=steering)
        assert found.recommendation == item
        told = found.recommendation.explanation
        assert told.relevance + told.steering == pytest.approx(item.score, abs=1e-5)
        assert told.score_rank >= 1
        signals = [source.signal for source in told.sources]
        assert signals == sorted(signals, reverse=True)
    assert whole


def test_sources_say_who_found_her(community, known):
    """Of new people there is at least one for everybody; ties have none."""
    whole = listed(community, known[0], explain=True)
    assert all(item.explanation.sources for item in whole)
    ranks = {item.explanation.score_rank for item in whole}
    assert len(ranks) == len(whole)


def ties(community, asker):
    network = community.networks.GetNetwork(GetNetworkRequest(person_id=asker, tie_limit=500))
    active = [tie.contact_id for layer in network.layers for tie in layer.ties]
    fading = [tie.contact_id for tie in network.fading_ties]
    return active, fading, [tie.contact_id for tie in network.dormant_ties]


def test_being_in_contact_or_not_keeps_somebody_off(community, pipeline, known):
    """New people are no contacts; ties to pick up or to keep are, and quiet or fading ones."""
    asker = known[0]
    active, fading, dormant = ties(community, asker)
    stranger = next(item.person_id for item in listed(community, asker))
    assert reasons(explained(community, asker, active[0])) == ["ALREADY_CONNECTED"]
    assert reasons(explained(community, asker, dormant[0])) == ["ALREADY_CONNECTED"]
    for kind in (PAST, FADING):
        assert reasons(explained(community, asker, stranger, kind=kind)) == ["NO_TIE"]
        assert reasons(explained(community, asker, active[0], kind=kind)) == ["TIE_ACTIVE"]
    assert reasons(explained(community, asker, fading[0], kind=FADING)) == []
    assert reasons(explained(community, asker, dormant[0], kind=FADING)) == ["TIE_ACTIVE"]


def test_a_longer_silence_makes_a_quiet_tie_an_active_one(community, known):
    """As long as nobody has been silent for so long."""
    asker = known[0]
    [quiet, *_] = [item.person_id for item in listed(community, asker, PAST)]
    century = Duration(seconds=86_400 * 36_500)
    found = explained(community, asker, quiet, kind=PAST, min_silence_duration=century)
    assert reasons(found) == ["TIE_ACTIVE"]
    assert reasons(explained(community, asker, quiet, kind=PAST)) == []


def test_who_stands_too_far_down_is_no_candidate(community, pipeline, known):
    """And so is whom no source speaks for."""
    asker = known[0]
    names = {item.person_id for item in listed(community, asker)}
    assert len(names) == 200
    active, fading, dormant = ties(community, asker)
    hidden = {known[row] for row in pipeline.model.hidden.nonzero()[0]}
    others = sorted(set(known) - names - {asker, *active, *fading, *dormant, *hidden})
    found = {tuple(reasons(explained(community, asker, other))) for other in others[:40]}
    assert ("NOT_A_CANDIDATE",) in found
    assert found <= {("NOT_A_CANDIDATE",), ("ALREADY_CONNECTED",)}


def test_the_lowest_score_is_said_where_it_alone_keeps_somebody_off(community, known):
    """Whoever is on the list without it; not those who are not."""
    asker = known[1]
    whole = listed(community, asker)
    low = min(whole, key=lambda item: item.score)
    high = max(whole, key=lambda item: item.score)
    scope = Scope(minimum_score=(low.score + high.score) / 2)
    assert reasons(explained(community, asker, low.person_id, scope=scope)) == ["MINIMUM_SCORE"]
    assert reasons(explained(community, asker, high.person_id, scope=scope)) == []
    names = {item.person_id for item in whole}
    bare = {
        other: reasons(explained(community, asker, other))
        for other in [one for one in known if one not in names][:30]
    }
    none = next(other for other, found in bare.items() if found == ["NOT_A_CANDIDATE"])
    assert reasons(explained(community, asker, none, scope=scope)) == ["NOT_A_CANDIDATE"]


def test_attributes_and_contexts_keep_somebody_off(community, pipeline, known):
    """By what the model knows of her."""
    asker, model = known[2], pipeline.model
    first = listed(community, asker)[0]
    elsewhere = next(
        model.organisations[row]
        for row in range(len(model.organisations))
        if model.organisations[row] != first.organisation
    )
    filters = Scope(filter=f'organisation = "{elsewhere}"')
    place = Scope(context=Context(organisation=elsewhere))
    nowhere = Scope(context=Context(event_object_id="no such event"))
    for scope, reason in ((filters, "FILTER"), (place, "CONTEXT"), (nowhere, "CONTEXT")):
        assert reasons(explained(community, asker, first.person_id, scope=scope)) == [reason]
    same = Scope(
        filter=f'organisation = "{first.organisation}"',
        context=Context(organisation=first.organisation),
    )
    assert reasons(explained(community, asker, first.person_id, scope=same)) == []


def decide(community, person, contact, kind, **fields):
    block = learners.Block(person_id=person, contact_id=contact, kind=kind, **fields)
    community.learners.CreateBlock(learners.CreateBlockRequest(block=block))
    community.settle()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (learners.BLOCK_KIND_BLOCK, "BLOCKED"),
        (learners.BLOCK_KIND_MUTE, "MUTED"),
        (learners.BLOCK_KIND_DISMISS, "DISMISSED"),
    ],
)
def test_what_the_asker_decided_is_told_to_her(community, known, kind, reason):
    """From the next second on, and no longer than it holds."""
    asker = known[20 + kind]
    first = listed(community, asker)[0].person_id
    decide(community, asker, first, kind)
    assert reasons(explained(community, asker, first)) == [reason]
    assert first not in {item.person_id for item in listed(community, asker)}
    request = learners.DeleteBlockRequest(person_id=asker, contact_id=first)
    community.learners.DeleteBlock(request)
    community.settle()
    assert reasons(explained(community, asker, first)) == []


def test_a_dismissal_may_be_of_one_list_alone(community, known):
    """There she is dismissed; on the others nothing has changed."""
    asker = known[0]
    quiet = listed(community, asker, PAST)[0].person_id
    decide(community, asker, quiet, learners.BLOCK_KIND_DISMISS, list_kind=PAST)
    assert reasons(explained(community, asker, quiet, kind=PAST)) == ["DISMISSED"]
    assert "DISMISSED" not in reasons(explained(community, asker, quiet))


def test_nobody_is_told_why_somebody_is_unavailable(community, known):
    """Unknown, hidden, away, erased, or having blocked the asker: the same bytes, on every list."""
    asker = known[30]
    blocked_by, hidden, away, erased = [item.person_id for item in listed(community, asker)[:4]]
    decide(community, blocked_by, asker, learners.BLOCK_KIND_BLOCK)
    for learner in (
        learners.Learner(person_id=hidden, discoverability=learners.DISCOVERABILITY_NOBODY),
        learners.Learner(
            person_id=away,
            availability=learners.Availability(away_until_time={"seconds": 4_000_000_000}),
        ),
    ):
        community.learners.UpdateLearner(learners.UpdateLearnerRequest(learner=learner))
    community.learners.ErasePerson(learners.ErasePersonRequest(person_id=erased))
    community.settle()
    scope = Scope(exclude_person_ids=[erased, "nobody"], minimum_score=0, filter="level >= 2")
    for kind in (NEW, PAST, FADING):
        for fields in ({}, {"scope": scope}):
            found = {
                explained(community, asker, one, kind=kind, **fields).SerializeToString(
                    deterministic=True
                )
                for one in ("nobody", blocked_by, hidden, away, erased)
            }
            [only] = found
            assert reasons(pb.ExplainPairResponse.FromString(only)) == ["UNAVAILABLE"]


def test_somebody_found_in_her_organisation_alone_is_unavailable_elsewhere(
    community, pipeline, known
):
    """To colleagues she is there as before."""
    model = pipeline.model
    asker = known[31]
    home = model.organisation[Row(31)]
    whole = listed(community, asker)
    rows = {item.person_id: model.organisation[pipeline.row(item.person_id)] for item in whole}
    colleague = next(one for one, place in rows.items() if place == home)
    other = next(one for one, place in rows.items() if place != home)
    for one in (colleague, other):
        learner = learners.Learner(
            person_id=one, discoverability=learners.DISCOVERABILITY_ORGANISATION
        )
        community.learners.UpdateLearner(learners.UpdateLearnerRequest(learner=learner))
    community.settle()
    assert reasons(explained(community, asker, colleague)) == []
    assert reasons(explained(community, asker, other)) == ["UNAVAILABLE"]
