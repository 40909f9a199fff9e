"""What learners decide and what happens changes the lists of a model that is served."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.domain.config import Stage
from recommender.ranking.stages import PRESETS
from recommender.v1 import event_service_pb2 as events
from recommender.v1 import learner_service_pb2 as learners
from recommender.v1 import recommendation_pb2 as lists
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.steering_pb2 import (
    GOAL_DIRECTION_LEARN,
    STAGE_BUILD,
    STAGE_IMMERSION,
    STAGE_UNSPECIFIED,
    Dials,
    Goal,
    Steering,
)
from tests.serving.fakes import refused

COLD = [lists.DEGRADED_REASON_COLD_START]


@pytest.fixture
def known(pipeline):
    """Everybody's ids, by row."""
    table = pipeline.model.person_ids
    return [table[row] for row in range(len(table))]


def people(community, asker, **fields):
    return community.lists.RecommendPeople(pb.RecommendPeopleRequest(person_id=asker, **fields))


def ids(page):
    return [item.person_id for item in page.recommendations]


def update(community, mask=(), **fields):
    request = learners.UpdateLearnerRequest(learner=learners.Learner(**fields))
    request.update_mask.paths.extend(mask)
    community.learners.UpdateLearner(request)
    community.settle()


def happened(community, **body):
    """One event, just now."""
    now = Timestamp()
    now.FromDatetime(datetime.now(UTC))
    event = events.Event(event_id=f"{now.ToNanoseconds()}", occur_time=now, **body)
    reply = community.events.WriteEvents(events.WriteEventsRequest(events=[event]))
    assert reply.durable
    assert [one.status for one in reply.outcomes] == [events.WRITE_STATUS_ACCEPTED]
    community.settle()


def shares(dials):
    return dials.like_mindedness, dials.collaboration, dials.diversity


def test_stored_dials_steer_where_the_call_says_nothing(community, known):
    """The call's own words win; its stage, too."""
    asker = known[40]
    usual = people(community, asker)
    update(community, person_id=asker, dials=Dials(diversity=3))
    stored = people(community, asker)
    assert shares(stored.answer.dials) == (0, 0, 1)
    said = people(community, asker, steering=Steering(dials=Dials(diversity=5)))
    assert list(stored.recommendations) == list(said.recommendations)
    assert stored.answer == said.answer
    assert ids(stored) != ids(usual)
    staged = people(community, asker, steering=Steering(stage=STAGE_BUILD))
    assert staged.answer.dials == usual.answer.dials
    update(community, ["dials"], person_id=asker)
    assert people(community, asker) == usual


def test_a_stored_stage_sets_dials_and_length(community, known):
    """Until stored dials, or the call, say otherwise; and the answer says which it is."""
    asker, preset = known[41], PRESETS[Stage.IMMERSION]
    update(community, person_id=asker, stage=STAGE_IMMERSION)
    page = people(community, asker)
    assert page.answer.stage == STAGE_IMMERSION
    assert shares(page.answer.dials) == pytest.approx(preset.dials.shares())
    assert len(ids(page)) == preset.length
    assert len(ids(people(community, asker, page_size=30))) == 30
    own = people(community, asker, steering=Steering(dials=Dials(collaboration=1)))
    assert (own.answer.stage, len(ids(own))) == (STAGE_UNSPECIFIED, 20)
    update(community, person_id=asker, dials=Dials(collaboration=1))
    both = people(community, asker)
    assert shares(both.answer.dials) == (0, 1, 0)
    assert (both.answer.stage, len(ids(both))) == (STAGE_IMMERSION, preset.length)


def test_stored_goals_steer_where_the_call_brings_none(community, pipeline, known):
    """And then the list is as with these goals in the call; unknown topics count for nothing."""
    asker, topics = known[42], pipeline.model.topic_ids
    mine, other = (Goal(topic_id=topics[row], direction=GOAL_DIRECTION_LEARN) for row in (11, 12))
    before = people(community, asker)
    update(community, person_id=asker, goals=[mine, Goal(topic_id="?", direction=mine.direction)])
    after = people(community, asker, explain=True)
    assert ids(after) != ids(before)
    about = [t.topic_id for r in after.recommendations[0].reasons for t in r.topics]
    assert mine.topic_id in about
    assert ids(people(community, asker, steering=Steering(goals=[other]))) != ids(after)
    update(community, ["goals"], person_id=asker)
    assert ids(people(community, asker)) == ids(before)


def test_the_level_of_a_goal_counts_alike_stored_and_in_the_call(community, pipeline, known):
    """Whoever aims lower is offered others, and a higher level is another list again."""
    asker, topic = known[42], pipeline.model.topic_ids[11]
    pages = []
    for level in (None, 1.0, 4.0):
        goal = Goal(topic_id=topic, direction=GOAL_DIRECTION_LEARN, level=level)
        update(community, person_id=asker, goals=[goal])
        stored = people(community, asker)
        called = people(community, asker, steering=Steering(goals=[goal]))
        assert list(stored.recommendations) == list(called.recommendations)
        assert stored.answer.attribution_token == called.answer.attribution_token
        pages.append(tuple(ids(stored)))
        update(community, ["goals"], person_id=asker)
    assert len(set(pages)) == 3


def test_who_wants_no_lists_gets_empty_ones(community, known):
    """Of every kind, in streams too; and all of them again once she does."""
    asker = known[0]
    update(community, person_id=asker, recommendations_paused=True)
    kinds = [lists.LIST_KIND_PEOPLE, lists.LIST_KIND_REACTIVATION, lists.LIST_KIND_MAINTENANCE]
    stream = pb.StreamRecommendationsRequest(person_ids=[asker], kinds=kinds)

    def lengths():
        singles = (
            community.lists.RecommendPeople(pb.RecommendPeopleRequest(person_id=asker)),
            community.lists.RecommendReactivations(
                pb.RecommendReactivationsRequest(person_id=asker)
            ),
            community.lists.RecommendMaintenance(pb.RecommendMaintenanceRequest(person_id=asker)),
        )
        streamed = list(community.lists.StreamRecommendations(stream))
        assert all(message.status == pb.STREAM_STATUS_OK for message in streamed)
        found = [len(one.recommendations) for one in singles]
        assert found == [len(one.recommendations) for one in streamed]
        return found

    assert lengths() == [0, 0, 0]
    update(community, ["recommendations_paused"], person_id=asker)
    assert all(lengths())


def test_a_new_contact_is_new_no_longer(community, known):
    """One message is enough, in either direction; and a declared tie."""
    for place, event in enumerate(
        [
            lambda a, b: {
                "interaction": events.Interaction(person_id=a, contact_id=b, verb="reply")
            },
            lambda a, b: {
                "interaction": events.Interaction(person_id=b, contact_id=a, verb="reply")
            },
            lambda a, b: {"connection_change": events.ConnectionChange(person_id=a, contact_id=b)},
        ]
    ):
        asker = known[50 + place]
        first, *others = ids(people(community, asker))
        happened(community, **event(asker, first))
        assert first not in ids(people(community, asker))
        assert set(others) <= set(ids(people(community, asker)))
        request = pb.ExplainPairRequest(person_id=asker, contact_id=first)
        [reason] = community.lists.ExplainPair(request).filter_reasons
        assert reason == pb.FILTER_REASON_ALREADY_CONNECTED


def test_a_new_contact_stands_in_the_network(community, known):
    """The one who was addressed, too."""
    asker = known[55]
    first = ids(people(community, asker))[0]
    interaction = events.Interaction(person_id=asker, contact_id=first, verb="reply")
    happened(community, interaction=interaction)
    for one, other in ((asker, first), (first, asker)):
        found = community.networks.GetNetwork(GetNetworkRequest(person_id=one, tie_limit=500))
        assert other in {tie.contact_id for layer in found.layers for tie in layer.ties}


def test_a_quiet_tie_that_was_picked_up_is_off_the_list(community, known):
    """It is active again."""
    asker = known[0]
    request = pb.RecommendReactivationsRequest(person_id=asker)
    first, *others = ids(community.lists.RecommendReactivations(request))
    interaction = events.Interaction(person_id=asker, contact_id=first, verb="reply")
    happened(community, interaction=interaction)
    assert ids(community.lists.RecommendReactivations(request)) == others


def test_somebody_new_gets_lists_and_is_found(community, pipeline):
    """By the topics and goals that she states; her lists say that little is known."""
    topic = pipeline.model.topic_ids[3]
    goal = Goal(topic_id=topic, direction=GOAL_DIRECTION_LEARN)
    request = pb.RecommendPeopleRequest(person_id="newcomer")
    assert refused(community.lists.RecommendPeople, request).code.name == "NOT_FOUND"
    update(
        community,
        person_id="newcomer",
        profile=learners.Profile(display_name="Nea Comer", organisation="Nowhere"),
        skills=[learners.Skill(topic_id=topic)],
        goals=[goal],
    )
    page = people(community, "newcomer")
    assert (page.answer.degraded, list(page.answer.degraded_reasons)) == (True, COLD)
    assert len(ids(page)) >= 10
    for item in page.recommendations:
        assert item.reasons
    worker = ids(page)[0]
    whole = community.lists.RankPeople(
        pb.RankPeopleRequest(person_id=worker, candidate_person_ids=["newcomer"])
    )
    [found] = whole.recommendations
    assert (found.display_name, found.organisation) == ("Nea Comer", "Nowhere")
    assert not whole.answer.degraded


def test_an_erased_person_is_gone_from_every_answer(community, known):
    """Unknown as an asker, and on nobody's list."""
    gone = ids(people(community, known[60]))[0]
    community.learners.ErasePerson(learners.ErasePersonRequest(person_id=gone))
    community.settle()
    assert gone not in ids(people(community, known[60]))
    found = refused(community.lists.RecommendPeople, pb.RecommendPeopleRequest(person_id=gone))
    assert (found.code.name, found.reason) == ("NOT_FOUND", "PERSON_NOT_FOUND")
    stream = pb.StreamRecommendationsRequest(person_ids=[gone])
    [message] = community.lists.StreamRecommendations(stream)
    assert message.status == pb.STREAM_STATUS_PERSON_NOT_FOUND
