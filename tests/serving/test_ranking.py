"""RankPeople over a real socket: the caller's own people, ranked, and why the others are not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from recommender.domain.slate import Goal
from recommender.v1 import learner_service_pb2 as learners
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.steering_pb2 import (
    GOAL_DIRECTION_LEARN,
    STAGE_IMMERSION,
    Context,
    Dials,
    Scope,
    Steering,
)
from recommender.v1.steering_pb2 import Goal as GoalMessage
from tests.serving.fakes import PEOPLE, refused

STRANGERS = [f"nobody {number}" for number in range(750)]


@pytest.fixture
def rank(client):
    """RankPeople for p000 of the fake recommender, with the request's fields as keywords."""
    return lambda people, **fields: client.recommendations.RankPeople(
        pb.RankPeopleRequest(person_id="p000", candidate_person_ids=people, **fields)
    )


def ids(page):
    return [item.person_id for item in page.recommendations]


def left_out(page):
    """Who was not ranked, and by which reason."""
    names = {one.person_id: pb.FilterReason.Name(one.reason) for one in page.unranked_people}
    assert len(names) == len(page.unranked_people)
    return {person: name.removeprefix("FILTER_REASON_") for person, name in names.items()}


def test_everybody_is_ranked_once_or_said_why_not(rank):
    """However often somebody is named; who is not known is as whoever cannot be shown."""
    page = rank(["p005", "p003", "p005", "p000", "nobody", "p004", "nobody", "p000"])
    assert ids(page) == ["p003", "p004", "p005"]
    assert [item.rank for item in page.recommendations] == [1, 2, 3]
    assert left_out(page) == {"p000": "SELF", "nobody": "UNAVAILABLE"}
    assert page.next_page_token == ""


def test_a_thousand_people_come_in_pages_beyond_two_hundred(rank, recommender):
    """Ranks go on counting; who was not ranked stands on the first page alone."""
    named = [*STRANGERS, *PEOPLE[::-1]]
    found, sizes, token = [], [], ""
    while True:
        page = rank(named, page_size=100, page_token=token)
        assert len(left_out(page)) == (0 if token else 751)
        found += page.recommendations
        sizes.append(len(page.recommendations))
        token = page.next_page_token
        if not token:
            break
    assert sizes == [100, 100, 49]
    assert [item.person_id for item in found] == PEOPLE[1:]
    assert [item.rank for item in found] == list(range(1, 250))


def test_one_more_than_a_thousand_is_too_many(client, recommender):
    """Even where it is somebody twice; and no work is done."""
    before = len(recommender.queries)
    named = [*STRANGERS, *PEOPLE, "p001"]
    request = pb.RankPeopleRequest(person_id="p000", candidate_person_ids=named)
    found = refused(client.recommendations.RankPeople, request)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["candidate_person_ids"])
    assert len(recommender.queries) == before


def test_an_empty_id_is_named_with_its_place(client):
    """So that the caller finds it among a thousand."""
    request = pb.RankPeopleRequest(person_id="p000", candidate_person_ids=["p001", ""])
    found = refused(client.recommendations.RankPeople, request)
    assert found.fields == ["candidate_person_ids[1]"]


def test_a_page_belongs_to_its_people(client, rank):
    """With others, or in another order, its token is refused."""
    token = rank(PEOPLE).next_page_token
    request = pb.RankPeopleRequest(
        person_id="p000", candidate_person_ids=PEOPLE[1:], page_token=token
    )
    found = refused(client.recommendations.RankPeople, request)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["page_token"])


def test_what_is_asked_reaches_the_model(rank, recommender):
    """Whom to rank, contacts too, dials, goals, the lowest score and explanations."""
    goal = GoalMessage(topic_id="t2", direction=GOAL_DIRECTION_LEARN)
    steering = Steering(dials=Dials(collaboration=3), goals=[goal])
    scope = Scope(minimum_score=0.25)
    rank(["p007", "p003"], include_contacts=True, explain=True, steering=steering, scope=scope)
    query = recommender.queries[-1]
    assert (query.among, query.contacts_too, query.explain) == ({3, 7}, True, True)
    assert query.dials.shares() == (0, 1, 0)
    assert list(query.goals) == [Goal(2)]
    assert query.minimum_score == 0.25
    rank(["p007"])
    assert not recommender.queries[-1].contacts_too


def test_a_stage_says_how_long_a_page_is(rank):
    """Where the caller does not."""
    steering = Steering(stage=STAGE_IMMERSION)
    assert len(ids(rank(PEOPLE, steering=steering))) == 5
    assert len(ids(rank(PEOPLE, steering=steering, page_size=7))) == 7
    assert len(ids(rank(PEOPLE))) == 20


def test_what_the_call_leaves_out_is_said_so(rank):
    """By its scope: excluded, not matched by the filter, not there. The first that holds counts."""
    scope = Scope(
        exclude_person_ids=["p002", "nobody"],
        filter="level >= 0",  # of the fake: even numbers
        context=Context(event_object_id="o1"),  # of the fake: every third
    )
    page = rank(["p001", "p002", "p004", "p006", "nobody"], scope=scope)
    assert ids(page) == ["p006"]
    assert left_out(page) == {
        "p001": "FILTER",
        "p002": "EXCLUDED",
        "p004": "CONTEXT",
        "nobody": "UNAVAILABLE",
    }


def test_a_request_that_is_only_checked_ranks_nobody(rank, recommender):
    """The answer says of itself what it would."""
    before = len(recommender.queries)
    page = rank(["p001", "nobody"], validate_only=True)
    assert (ids(page), left_out(page), page.next_page_token) == ([], {}, "")
    assert page.answer.model
    assert len(recommender.queries) == before


# -- over a real model and store ------------------------------------------------------------------


@pytest.fixture
def known(pipeline):
    """Everybody's ids, by row."""
    table = pipeline.model.person_ids
    return [table[row] for row in range(len(table))]


def ranked(community, asker, people, **fields):
    request = pb.RankPeopleRequest(person_id=asker, candidate_person_ids=people, **fields)
    return community.lists.RankPeople(request)


def contacts_of(community, asker):
    network = community.networks.GetNetwork(GetNetworkRequest(person_id=asker, tie_limit=500))
    layers = [tie for layer in network.layers for tie in layer.ties]
    return {tie.contact_id for tie in (*layers, *network.fading_ties, *network.dormant_ties)}


def test_contacts_are_ranked_where_asked_for_and_come_with_their_tie(community, known):
    """They are not new people; without being asked for they are said to be connected."""
    asker = known[0]
    contacts = contacts_of(community, asker)
    page = ranked(community, asker, known, page_size=100)
    assert contacts
    assert not contacts & set(ids(page))
    assert {left_out(page)[contact] for contact in contacts} == {"ALREADY_CONNECTED"}
    assert not any(item.HasField("tie") for item in page.recommendations)

    page = ranked(community, asker, [*contacts, *known[300:310]], include_contacts=True)
    assert contacts <= set(ids(page))
    for item in page.recommendations:
        assert item.HasField("tie") == (item.person_id in contacts)
        assert item.tie.contact_id in ("", item.person_id)


def test_pages_of_any_size_join_to_the_same_list(community, known):
    """Of all 400, each of whom is ranked or said why not."""
    wholes = []
    for size in (100, 37):
        found, token, left = [], "", {}
        while True:
            page = ranked(community, known[1], known, page_size=size, page_token=token)
            found += page.recommendations
            left |= left_out(page)
            token = page.next_page_token
            if not token:
                break
        assert [item.rank for item in found] == list(range(1, len(found) + 1))
        assert {item.person_id for item in found} | set(left) == set(known)
        assert len(found) + len(left) == len(known)
        wholes.append([item.person_id for item in found])
    assert wholes[0] == wholes[1]
    assert len(wholes[0]) > 200


def test_who_is_below_the_lowest_score_is_said_to_be(community, known):
    """And everybody else is at it or above."""
    whole = ranked(community, known[2], known[100:140], page_size=100)
    middle = sorted(item.score for item in whole.recommendations)[len(ids(whole)) // 2]
    scope = Scope(minimum_score=middle)
    page = ranked(community, known[2], known[100:140], page_size=100, scope=scope)
    low = {one for one, reason in left_out(page).items() if reason == "MINIMUM_SCORE"}
    assert all(item.score >= middle for item in page.recommendations)
    assert set(ids(page)) | low == set(ids(whole))
    assert low


def test_dials_move_the_list_in_their_direction(community, known):
    """A whole diversity dial never lowers the mean diversity of the first ten."""
    means = []
    for dials in (Dials(like_mindedness=1), Dials(diversity=1)):
        steering = Steering(dials=dials)
        page = ranked(community, known[3], known, page_size=10, steering=steering)
        means.append(sum(item.headlines.diversity for item in page.recommendations))
    assert means[0] < means[1]


def test_goals_move_up_who_works_on_them(community, pipeline, known):
    """More of the first ten have to do with the topic, and the first stands there for it."""
    topic = pipeline.model.topic_ids[7]
    goal = GoalMessage(topic_id=topic, direction=GOAL_DIRECTION_LEARN)
    before = ranked(community, known[4], known, page_size=100)
    after = ranked(
        community, known[4], known, page_size=100, explain=True, steering=Steering(goals=[goal])
    )
    counts = [
        sum(topic in named_topics(item) for item in page.recommendations[:10])
        for page in (before, after)
    ]
    assert counts[0] < counts[1]
    assert after.recommendations[0].explanation.steering > 0


def named_topics(item):
    """Ids of the topics that the reasons for a name are about."""
    return {topic.topic_id for reason in item.reasons for topic in reason.topics}


def test_blocks_hold_for_whom_the_caller_brings(community, known):
    """The one who blocked is told so; to the other she is as if there were nobody."""
    one, other = known[5], known[6]
    block = learners.Block(person_id=one, contact_id=other, kind=learners.BLOCK_KIND_BLOCK)
    community.learners.CreateBlock(learners.CreateBlockRequest(block=block))
    community.settle()
    people = [*known[200:210], one, other, "nobody"]
    for contacts_too in (False, True):
        mine = ranked(community, one, people, include_contacts=contacts_too)
        theirs = ranked(community, other, people, include_contacts=contacts_too)
        assert left_out(mine)[other] == "BLOCKED"
        assert left_out(theirs)[one] == left_out(theirs)["nobody"] == "UNAVAILABLE"
        for page in (mine, theirs):
            assert not {one, other} & set(ids(page))


def test_whoever_wants_no_lists_is_ranked_for_all_the_same(community, known):
    """It is the caller who asks; recommendations are what she paused."""
    learner = learners.Learner(person_id=known[8], recommendations_paused=True)
    community.learners.UpdateLearner(learners.UpdateLearnerRequest(learner=learner))
    community.settle()
    request = pb.RecommendPeopleRequest(person_id=known[8])
    assert not community.lists.RecommendPeople(request).recommendations
    assert ids(ranked(community, known[8], known[100:120]))


def test_scores_fall_along_a_short_list(community, known):
    """Of ties too: what orders the list is the score, where nothing is spread."""
    asker = known[0]
    people = sorted(contacts_of(community, asker))
    page = ranked(
        community,
        asker,
        people,
        include_contacts=True,
        explain=True,
    )
    ranks = [item.explanation.score_rank for item in page.recommendations]
    by_rank = sorted(zip(ranks, page.recommendations, strict=True), key=lambda pair: pair[0])
    assert all(a.score >= b.score for (_, a), (_, b) in pairwise(by_rank))
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
